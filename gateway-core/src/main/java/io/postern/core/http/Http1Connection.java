package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The reading half that both sides of HTTP/1 share, with back pressure down to the socket. Confined
 * to the channel's event loop.
 *
 * <pre>
 * HEAD -> BODY -> (TRAILERS ->) IDLE -> HEAD …      any -> DISCARD: the connection is about to end
 * </pre>
 */
abstract class Http1Connection extends ChannelDuplexHandler implements ChannelConnection {
    private static final System.Logger LOG = System.getLogger(Http1Connection.class.getName());

    /** What is expected next from the peer. */
    enum Phase {
        HEAD,
        BODY,
        TRAILERS,
        IDLE, // nothing: on the server the answer is due; on the client no request is open
        DISCARD // whatever arrives is dropped
    }

    final CodecWorker worker;
    final HeadFacts facts;
    final Http1HeadParser parser;
    final Http1BodyParser body;
    private final long id;
    private final Http1Options options;
    private final @Nullable TlsInfo tls;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1Output output;
    private @Nullable Http1HeadWriter writer;
    private final Http1Input input = new Http1Input();
    private final ReadBatch batch;
    private final ReadSwitch reading = new ReadSwitch();
    private Phase phase;
    private boolean paused;
    private boolean parsing;
    private boolean peerGone;
    private boolean gone;

    Http1Connection(
            CodecWorker worker,
            HeadFacts facts,
            Http1HeadParser parser,
            Phase phase,
            Http1Options options,
            @Nullable TlsInfo tls) {
        this.worker = worker;
        this.facts = facts;
        this.parser = parser;
        this.phase = phase;
        this.options = options;
        this.tls = tls;
        id = worker.nextConnectionId();
        body = new Http1BodyParser(!facts.isOfRequests());
        batch = new ReadBatch(worker.batch);
    }

    /** The channel is known. */
    abstract void onAdded();

    /** The head in {@link #parser} is complete; the phase is BODY and the callee says how. */
    abstract void onHead(HeaderMap head);

    /** Part of a head is there and the rest is not. */
    abstract void onPartialHead();

    abstract void onBody(ByteBuf data, boolean end);

    abstract void onTrailers(HeaderMap trailers);

    /** The peer broke the rules in a head (or where none was due), a body or trailers. */
    abstract void onFault(Fault fault);

    /** The connection is gone; {@code last} was the phase it ended in. */
    abstract void onGone(Phase last);

    /** The channel takes more, or no more. */
    abstract void onWritability(boolean writable);

    final ChannelHandlerContext context() {
        return requireNonNull(context);
    }

    final Http1Output output() {
        return requireNonNull(output);
    }

    final Http1HeadWriter writer() {
        return requireNonNull(writer);
    }

    final Phase phase() {
        return phase;
    }

    final boolean isGone() {
        return gone;
    }

    final boolean trailersEnabled() {
        return options.enableTrailers();
    }

    final boolean hasInput() {
        return input.isReadable();
    }

    final void enter(Phase next) {
        phase = next;
        if (next == Phase.HEAD) {
            parser.beginHead();
        }
    }

    final void pause(boolean pause) {
        paused = pause;
        if (pause) {
            adjustReading();
        } else {
            parseLater();
        }
    }

    /** Parses on when the present call has returned; never inside a listener's call. */
    final void parseLater() {
        if (parsing || gone) {
            return;
        }
        if (hasInput()) {
            context().executor().execute(this::parseBatch);
        } else {
            adjustReading();
            if (peerGone) {
                leave();
            }
        }
    }

    final boolean channelIsWritable() {
        return !gone && context().channel().isWritable();
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final Protocol protocol() {
        return Protocol.HTTP_1_1;
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
    public void close() {
        if (!gone) {
            phase = Phase.DISCARD;
            var _ = context().close();
            if (peerGone) {
                leave();
            }
        }
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        context = added;
        output = new Http1Output(added, worker);
        writer = new Http1HeadWriter(worker, output, options.headerKeys());
        parser.beginHead();
        onAdded();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!isKeptBack()) {
            leave();
        }
        batch.exit();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
            return;
        }
        batch.enter();
        if (gone || phase == Phase.DISCARD) {
            data.release();
            return;
        }
        input.add(data, from.alloc());
        parse();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        batch.exit();
        from.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        onWritability(from.channel().isWritable());
        from.fireChannelWritabilityChanged();
    }

    @Override
    public void flush(ChannelHandlerContext from) {
        output().push();
        from.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        peerGone = true;
        if (!isKeptBack()) {
            leave();
        }
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.ERROR, "HTTP/1 connection " + id + " failed", cause);
        }
        phase = Phase.DISCARD;
        var _ = from.close();
        leave();
    }

    private void parseBatch() {
        worker.batch.enterRead();
        try {
            parse();
        } finally {
            worker.batch.exitRead();
        }
    }

    private void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            ByteBuf in = input.octets();
            while (in != null && step(in)) {
                in = input.octets();
            }
        } catch (RuntimeException e) {
            exceptionCaught(context(), e);
        } finally {
            parsing = false;
            if (phase == Phase.DISCARD || !input.isReadable()) {
                input.release();
            }
            adjustReading();
        }
        if (peerGone && !isKeptBack()) {
            leave();
        }
    }

    private boolean step(ByteBuf in) {
        return switch (phase) {
            case HEAD -> stepHead(in);
            case BODY -> !paused && stepBody(in);
            case TRAILERS -> stepTrailers(in);
            case IDLE -> in.isReadable() && stepIdle();
            case DISCARD -> false;
        };
    }

    /** Octets arrived though none are due; true when parsing can go on. */
    boolean stepIdle() {
        return false;
    }

    private boolean stepHead(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        switch (parser.parse(in)) {
            case MORE -> {
                onPartialHead();
                return false;
            }
            case DONE -> {
                phase = Phase.BODY;
                onHead(parser.head());
            }
            case FAILED -> onFault(parser.fault());
        }
        return true;
    }

    private boolean stepBody(ByteBuf in) {
        int count = body.next(in);
        switch (count) {
            case Http1BodyParser.MORE -> {
                return false;
            }
            case Http1BodyParser.END -> throw new IllegalStateException("bug: body without end");
            case Http1BodyParser.FAULT -> onFault(Fault.CODEC_ERROR);
            case Http1BodyParser.TRAILERS -> {
                phase = Phase.TRAILERS;
                parser.beginTrailers();
            }
            default -> {
                ByteBuf data = input.take(in, count);
                body.taken(count);
                boolean end = body.isAtEnd();
                if (end) {
                    phase = Phase.IDLE;
                }
                onBody(data, end);
            }
        }
        return true;
    }

    private boolean stepTrailers(ByteBuf in) {
        switch (parser.parse(in)) {
            case MORE -> {
                return false;
            }
            case DONE -> {
                phase = Phase.IDLE;
                onTrailers(parser.head());
            }
            case FAILED -> onFault(parser.fault());
        }
        return true;
    }

    private void adjustReading() {
        boolean wanted =
                switch (phase) {
                    case DISCARD -> true;
                    case IDLE -> !hasInput(); // a pipelined request waits, and more do not arrive
                    case HEAD, BODY, TRAILERS -> !paused;
                };
        if (!gone) {
            reading.set(context().channel(), wanted);
        }
    }

    // The peer is gone, yet what it sent before waits for a slow reader.
    private boolean isKeptBack() {
        return peerGone && paused && hasInput() && phase != Phase.DISCARD;
    }

    private void leave() {
        if (gone) {
            return;
        }
        gone = true;
        Phase last = phase;
        phase = Phase.DISCARD;
        input.release();
        output().discard();
        try {
            onGone(last);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "end of HTTP/1 connection " + id, e);
        }
    }
}
