package io.postern.core.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.postern.core.network.FilterSeat.Direction;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.Worker;
import org.jspecify.annotations.Nullable;

/**
 * The network filters of one connection. It stands in the pipeline behind TLS and in front of what
 * serves the connection, which is put there when all filters have let the connection pass.
 *
 * <pre>
 * client -> filter 1 -> … -> filter n -> service       downstream data
 * client <- filter 1 <- … <- filter n <- service       upstream data
 * </pre>
 *
 * What a filter holds stays with it, unlike in Envoy, where all filters before it see held bytes
 * again. Confined to the event loop.
 */
public final class ConnectionFilterChain extends ChannelDuplexHandler {
    private static final int HELD = 1; // the bit of a channel's writability that is ours

    private final FilteredService service;
    private final Channel channel;
    private final ConnectionInfo info;
    private final FilterSeat[] seats;
    private @Nullable ChannelHandlerContext context;
    private boolean installed;
    private boolean readWanted;
    private boolean closing;
    private boolean clientEnded;
    private boolean upstreamEnded; // and the client is told
    private boolean peerEndedLast; // which Envoy takes for a close by the peer
    private boolean local; // it is we who close
    private boolean gone;

    ConnectionFilterChain(FilteredService service, Channel channel, ConnectionInfo info) {
        this.service = service;
        this.channel = channel;
        this.info = info;
        this.seats = new FilterSeat[service.filters().length];
        for (int i = 0; i < seats.length; i++) {
            seats[i] = new FilterSeat(this, i, service.filters()[i]);
        }
    }

    /** The filters of a channel; null when it has none. */
    public static @Nullable ConnectionFilterChain of(Channel channel) {
        return channel.pipeline().get(ConnectionFilterChain.class);
    }

    void start() {
        channel.pipeline().addLast(this);
        channel.config().setAutoRead(service.readsFirst());
        begin(0);
    }

    ConnectionInfo info() {
        return info;
    }

    Worker worker() {
        return service.worker();
    }

    // Client -> service

    /** Shows the connection to the filters from this one on, and then to the service. */
    private void begin(int first) {
        for (int i = first; i < seats.length; i++) {
            if (!begins(seats[i])) {
                return;
            }
        }
        install();
    }

    private boolean begins(FilterSeat seat) {
        if (seat.begun) {
            return true;
        }
        seat.begun = true;
        seat.down.running = true;
        return goesOn(seat.down, seat.filter.onNewConnection());
    }

    private void install() {
        if (!installed && !closing) {
            installed = true;
            service.inner().install(channel, info.downstreamTls());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
            return;
        }
        down(0, data, false);
    }

    private void down(int first, ByteBuf data, boolean end) {
        ByteBuf bytes = data;
        for (int i = first; i < seats.length; i++) {
            FilterSeat seat = seats[i];
            if (closing) {
                bytes.release();
                return;
            }
            seat.down.held.append(bytes);
            seat.down.ended |= end;
            if (!begins(seat)) {
                return; // what is held is let go of with the seat
            }
            if (!tells(seat, end)) {
                return;
            }
            bytes = seat.down.held.takeOrEmpty();
            seat.down.ended = false; // it is passed on once
        }
        toService(bytes, end);
    }

    // Where the one before has taken all bytes away, there is nothing to tell.
    private boolean tells(FilterSeat seat, boolean end) {
        if (seat.down.held.length() == 0 && !end) {
            return true;
        }
        seat.down.running = true;
        return goesOn(seat.down, seat.filter.onDownstreamData(seat.down.held, end));
    }

    /** The filter has let go of what it holds. */
    void goOnDown(int index) {
        Direction down = seats[index].down;
        if (closing) {
            return;
        }
        if (down.held.isEmpty() && !down.ended) {
            begin(index + 1);
        } else {
            boolean end = down.ended;
            down.ended = false;
            down(index + 1, down.held.takeOrEmpty(), end);
            flushReads();
        }
        if (readWanted && context != null) {
            readWanted = false;
            context.read();
        }
    }

    private void flushReads() {
        if (context != null) {
            context.fireChannelReadComplete();
        }
    }

    private void toService(ByteBuf bytes, boolean end) {
        install();
        if (context == null || closing) {
            bytes.release();
            return;
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        if (end) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private boolean goesOn(Direction direction, FilterStatus status) {
        direction.running = false;
        boolean resumed = direction.resumed;
        direction.resumed = false;
        return !closing && (resumed || status == FilterStatus.CONTINUE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            clientEnded = true;
            peerEndedLast = upstreamEnded;
            down(0, Unpooled.EMPTY_BUFFER, true);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** A client whose bytes nobody takes is not read. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (heldDown() >= service.bufferLimitBytes()) {
            readWanted = true;
        } else {
            ctx.read();
        }
    }

    private long heldDown() {
        long sum = 0;
        for (FilterSeat seat : seats) {
            sum += seat.down.held.length();
        }
        return sum;
    }

    // Service -> client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf data && data.isReadable()) {
            up(seats.length - 1, data, false, promise);
        } else {
            var _ = ctx.write(message, promise);
        }
    }

    /**
     * The service has no more bytes for the client.
     *
     * @return whether that may be passed on; otherwise a filter holds something back
     */
    public boolean endUpstream() {
        return up(seats.length - 1, Unpooled.EMPTY_BUFFER, true, channel.voidPromise());
    }

    /** Whether the client has ended its direction, though a filter may hold that back. */
    public boolean clientEnded() {
        return clientEnded;
    }

    private boolean up(int first, ByteBuf data, boolean end, ChannelPromise promise) {
        ByteBuf bytes = data;
        for (int i = first; i >= 0; i--) {
            FilterSeat seat = seats[i];
            if (closing) {
                bytes.release();
                var _ = promise.trySuccess();
                return false;
            }
            seat.up.held.append(bytes);
            seat.up.ended |= end;
            seat.up.running = true;
            if (!goesOn(seat.up, seat.filter.onUpstreamData(seat.up.held, end))) {
                // for the writer it is done: what becomes of it is the filter's business
                var _ = promise.trySuccess();
                tellWritability();
                return false;
            }
            bytes = seat.up.held.takeOrEmpty();
            seat.up.ended = false;
        }
        upstreamEnded |= end;
        if (context == null) {
            bytes.release();
            return false;
        }
        var _ = context.write(bytes, promise);
        return true;
    }

    /** The filter has let go of what it holds. */
    void goOnUp(int index) {
        Direction up = seats[index].up;
        if (!closing && !up.held.isEmpty()) {
            boolean end = up.ended;
            up.ended = false;
            up(index - 1, up.held.takeOrEmpty(), end, channel.voidPromise());
            channel.flush();
            tellWritability();
        }
    }

    private void tellWritability() {
        long held = 0;
        for (FilterSeat seat : seats) {
            held += seat.up.held.length();
        }
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound != null) {
            outbound.setUserDefinedWritability(HELD, held < service.bufferLimitBytes());
        }
    }

    // The end

    /** What was sent to the client still goes; nothing else does. */
    void close() {
        if (closing) {
            return;
        }
        closing = true;
        channel.config().setAutoRead(false);
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        local = true;
        var _ = ctx.close(promise);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end(); // a channel that was closed before it became active
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (installed) {
            ctx.fireExceptionCaught(cause);
        } else {
            var _ = ctx.channel().close();
        }
    }

    private void end() {
        if (gone) {
            return;
        }
        gone = true;
        closing = true;
        info.ended();
        for (FilterSeat seat : seats) {
            seat.filter.onDownstreamClose(peerEndedLast || !local);
            seat.release();
        }
    }
}
