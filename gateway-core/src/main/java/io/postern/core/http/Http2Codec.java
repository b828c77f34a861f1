package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of HTTP/2 share, on Netty's frame codec and flow controllers, without its child
 * channels. Confined to the channel's event loop. A failure in one exchange resets its stream; only
 * what Netty calls a connection error ends the connection.
 */
abstract class Http2Codec extends Http2ConnectionHandler implements ChannelConnection {
    static final System.Logger LOG = System.getLogger(Http2Codec.class.getName());
    private static final int DEFAULT_WINDOW = 65_535;

    final CodecWorker worker;
    private final Http2Options options;
    private final Http2Connection.PropertyKey sides;
    private final long id;
    private final @Nullable TlsInfo tls;
    private @Nullable ChannelHandlerContext context;
    private ResetReason endReason = ResetReason.CONNECTION_TERMINATION;
    private int refusedAbove = Integer.MAX_VALUE;
    private final ReadBatch batch;
    private final Http2Keepalive keepalive;
    private final Http2Drain drain = new Http2Drain(this);
    private boolean dirty;
    private boolean gone;

    Http2Codec(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            CodecWorker worker,
            Http2Options options,
            @Nullable TlsInfo tls) {
        super(decoder, encoder, settings, true);
        this.worker = worker;
        this.options = options;
        this.tls = tls;
        id = worker.nextConnectionId();
        batch = new ReadBatch(worker.batch);
        keepalive =
                new Http2Keepalive(this, options.keepaliveInterval(), options.keepaliveTimeout());
        sides = connection().newKey();
        connection().addListener(new StreamEnds());
        encoder.flowController().listener(this::onWritability);
    }

    /** The channel is known; nothing was read yet. */
    abstract void onAdded();

    /** The connection is gone and all its streams were reset. */
    abstract void onGone();

    /** A peer's frame was bad, and there is no stream; false: it gets no answer. */
    boolean onStillborn(Http2Exception.StreamException error) {
        return true;
    }

    /** A stream of ours, or one that was served, has ended, however. */
    abstract void onStreamEnded();

    /** Data is on its way to the peer. */
    void onDataSent(int octets) {}

    /** How long after the first GOAWAY new streams are still served. */
    abstract long drainNanos();

    // -- for the sides -----------------------------------------------------------------------

    final ChannelHandlerContext context() {
        return requireNonNull(context);
    }

    final boolean isServer() {
        return connection().isServer();
    }

    final @Nullable Http2Side side(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(sides);
    }

    final void bind(Http2Stream stream, Http2Side side) {
        stream.setProperty(sides, side);
        side.attach(stream);
    }

    /** Sends a head; a client's opens the stream. */
    abstract ChannelFuture sendHead(
            Http2Side side, @Nullable Http2Stream stream, HeaderMap head, boolean end);

    /** A side that never got a stream gives up. */
    abstract void forget(Http2Side side);

    final ChannelFuture sendData(Http2Stream stream, ByteBuf data, boolean end) {
        written();
        onDataSent(data.readableBytes());
        return encoder().writeData(context(), stream.id(), data, 0, end, context().newPromise());
    }

    final ChannelFuture sendTrailers(Http2Stream stream, HeaderMap trailers) {
        written();
        var list = worker.http2Lists.trailers(trailers);
        return encoder()
                .writeHeaders(context(), stream.id(), list, 0, true, context().newPromise());
    }

    final void sendReset(Http2Stream stream, Http2Error error) {
        var _ = resetStream(context(), stream.id(), error.code(), context().newPromise());
        written();
    }

    /** Resets with NO_ERROR when {@code last}, the end of a response, has been sent. */
    final void resetAfter(ChannelFuture last, Http2Stream stream) {
        last.addListener(sent -> {
            if (sent.isSuccess()) {
                sendReset(stream, Http2Error.NO_ERROR);
            }
        });
    }

    final void giveCredit(Http2Stream stream, int octets) {
        try {
            if (connection().local().flowController().consumeBytes(stream, octets)) {
                written();
            }
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    final boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    final boolean channelIsWritable() {
        return !gone && context().channel().isWritable();
    }

    final boolean isGone() {
        return gone;
    }

    final boolean isDraining() {
        return drain.hasBegun();
    }

    final void written() {
        if (!dirty) {
            dirty = true;
            worker.batch.written(context().channel());
        }
    }

    private void onWritability(Http2Stream stream) {
        Http2Side side = side(stream);
        if (side != null) {
            contained(side, () -> side.heardWritability(isWritable(stream)));
        }
    }

    /** Runs a listener's part; what goes wrong in it ends its own stream only. */
    final void contained(Http2Side side, Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            contain(side, e);
        }
    }

    final void contain(Http2Side side, RuntimeException failure) {
        LOG.log(
                System.Logger.Level.ERROR,
                "stream of HTTP/2 connection " + id + " failed",
                failure);
        Http2Stream stream = side.stream();
        try {
            side.heardClosed(ResetReason.LOCAL_RESET, "");
        } catch (RuntimeException again) {
            LOG.log(System.Logger.Level.ERROR, "and its end", again);
        }
        if (stream != null) {
            sendReset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    // -- HttpConnection ----------------------------------------------------------------------

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final Protocol protocol() {
        return Protocol.HTTP_2;
    }

    @Override
    public final Channel channel() {
        return context().channel();
    }

    @Override
    public final @Nullable TlsInfo tls() {
        return tls;
    }

    @Override
    public final void drain() {
        if (!gone) {
            drain.begin(drainNanos());
        }
    }

    final void sendGoAway(int lastStream) {
        var _ =
                goAway(
                        context(),
                        lastStream,
                        Http2Error.NO_ERROR.code(),
                        Unpooled.EMPTY_BUFFER,
                        context().newPromise());
        written();
    }

    final void flushAndClose() {
        var _ = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> close());
    }

    @Override
    public final void close() {
        if (!gone) {
            var _ = context().close();
        }
    }

    // -- channel events ----------------------------------------------------------------------

    @Override
    public final void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
        widenConnectionWindow();
        onAdded(); // may drain at once: GOAWAY comes after the preface
        keepalive.start();
    }

    private void widenConnectionWindow() throws Http2Exception {
        int more = options.initialConnectionWindowSize() - DEFAULT_WINDOW;
        if (more > 0 && context().channel().isActive()) {
            connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(connection().connectionStream(), more);
            written();
        }
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        batch.enter();
        super.channelRead(from, message);
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext from) throws Exception {
        super.channelReadComplete(from);
        batch.exit();
    }

    @Override
    public final void flush(ChannelHandlerContext from) {
        dirty = false;
        super.flush(from);
    }

    @Override
    public final void channelInactive(ChannelHandlerContext from) throws Exception {
        super.channelInactive(from); // closes the streams, hence resets the sides
        leave();
    }

    @Override
    protected final void handlerRemoved0(ChannelHandlerContext removed) throws Exception {
        super.handlerRemoved0(removed);
        batch.exit();
        leave();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext from, Throwable cause)
            throws Exception {
        if (cause instanceof IOException) {
            var _ = from.close();
        } else {
            super.exceptionCaught(from, cause);
        }
    }

    private void leave() {
        if (!gone) {
            gone = true;
            onGone();
        }
    }

    // -- errors and ends ---------------------------------------------------------------------

    @Override
    protected final void onStreamError(
            ChannelHandlerContext from,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException error) {
        Http2Stream stream = connection().stream(error.streamId());
        Http2Side side = side(stream);
        if (stream == null && !outbound && !onStillborn(error)) {
            return;
        }
        if (side != null) {
            var reason = outbound ? ResetReason.LOCAL_RESET : ResetReason.PROTOCOL_ERROR;
            contained(side, () -> side.heardClosed(reason, Fault.HTTP2_MESSAGING.details()));
        }
        super.onStreamError(from, outbound, cause, error);
        written();
    }

    @Override
    protected final void onConnectionError(
            ChannelHandlerContext from,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception error) {
        if (error == null && !(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.ERROR, "HTTP/2 connection " + id + " failed", cause);
        } else if (error != null && !outbound) {
            endReason = ResetReason.PROTOCOL_ERROR;
        }
        super.onConnectionError(from, outbound, cause, error);
    }

    private final class StreamEnds extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Side side = side(stream);
            if (side != null) {
                boolean refused = stream.id() > refusedAbove;
                try {
                    side.heardClosed(refused ? ResetReason.REMOTE_REFUSED_STREAM : endReason, "");
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "end of a stream of connection " + id, e);
                }
                onStreamEnded();
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            drain.closeWhenIdle();
        }

        @Override
        public void onGoAwayReceived(int lastStream, long error, ByteBuf debug) {
            if (!isServer()) {
                refusedAbove = lastStream;
                drain.heardFromPeer();
            }
        }
    }

    final void sendPing() {
        var _ = encoder().writePing(context(), false, id, context().newPromise());
        written();
    }

    final void heardPingAck() {
        keepalive.heardAnswer();
    }
}
