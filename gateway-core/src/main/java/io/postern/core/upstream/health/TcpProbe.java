package io.postern.core.upstream.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.postern.config.model.HealthCheck.Probe.Tcp;
import io.postern.sdk.Worker.Cancellable;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection, and perhaps octets that must come back on it. Confined to the event loop.
 *
 * <p>Without octets to wait for a connection that is accepted is enough; it is closed then.
 */
final class TcpProbe implements Probe, ProbeSockets.RawWaiter {
    private static final Cancellable NOTHING = () -> {};
    private static final int MOST_OCTETS = 64 * 1024;

    private final Tcp config;
    private final HealthChecker checker;
    private final ProbeTarget target;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Cancellable connecting = NOTHING;
    private @Nullable Channel channel;
    private @Nullable Consumer<Outcome> result;

    TcpProbe(Tcp config, HealthChecker checker, ProbeTarget target) {
        this.config = config;
        this.checker = checker;
        this.target = target;
    }

    @Override
    public void start(Consumer<Outcome> listener) {
        result = listener;
        said.reset();
        Channel known = channel;
        if (known != null && known.isActive()) {
            send(known);
            return;
        }
        Cancellable attempt = checker.sockets().raw(target, this);
        if (channel == null && result != null) {
            connecting = attempt;
        }
    }

    @Override
    public void stop() {
        result = null;
        connecting.cancel();
        connecting = NOTHING;
        close();
    }

    private void close() {
        Channel open = channel;
        channel = null;
        if (open != null) {
            var _ = open.close();
        }
    }

    private void send(Channel on) {
        if (config.send().length > 0) {
            var _ = on.writeAndFlush(Unpooled.wrappedBuffer(config.send()));
        }
    }

    private void end(Outcome outcome) {
        Consumer<Outcome> listener = result;
        result = null;
        if (config.receive().isEmpty()
                || !checker.config().reuseConnection()
                || !outcome.isSuccess()) {
            close();
        }
        if (listener != null) {
            listener.accept(outcome);
        }
    }

    @Override
    public void onConnected(Channel made) {
        connecting = NOTHING;
        channel = made;
        made.pipeline().addLast(new Reader());
        send(made);
        if (config.receive().isEmpty()) {
            end(Outcome.HEALTHY);
        } else {
            made.config().setAutoRead(true);
            made.read();
        }
    }

    @Override
    public void onFailed() {
        connecting = NOTHING;
        end(Outcome.NETWORK);
    }

    /** What comes back. */
    private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext from, ByteBuf data) {
            byte[] octets = new byte[Math.min(data.readableBytes(), MOST_OCTETS - said.size())];
            data.readBytes(octets);
            said.writeBytes(octets);
            if (result != null && PayloadMatch.matches(config.receive(), said.toByteArray())) {
                end(Outcome.HEALTHY);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext from) {
            if (from.channel().equals(channel)) {
                channel = null;
                if (result != null) {
                    end(Outcome.NETWORK);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            var _ = from.close();
        }
    }
}
