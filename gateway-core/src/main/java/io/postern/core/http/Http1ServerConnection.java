package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.postern.config.model.HttpConnectionManager;
import io.postern.core.http.Http1ServerStream.Asked;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1 connection: one request at a time; a pipelined one waits unparsed in the one
 * buffer that was read, and reading stops meanwhile. Confined to the channel's event loop.
 *
 * <p>A request that cannot be parsed still becomes a stream, so that it is logged and answered.
 */
final class Http1ServerConnection extends Http1Connection {
    private static final HeaderName EXPECT = HeaderName.of("expect");
    private static final HeaderName CONNECTION = HeaderName.of("connection");
    private static final HeaderName UPGRADE = HeaderName.of("upgrade");
    private static final HeaderName HTTP2_SETTINGS = HeaderName.of("http2-settings");

    private final HttpConnectionManager manager;
    private final RequestLine requestLine;
    private final ServerStreams.Factory factory;
    private @Nullable ServerStreams streams;
    private @Nullable Http1ServerStream stream;
    private @Nullable Future<?> headTimeout;
    private @Nullable Future<?> delayedClose;
    private boolean draining;

    private Http1ServerConnection(
            CodecWorker worker,
            HttpConnectionManager manager,
            HeadFacts facts,
            RequestLine requestLine,
            @Nullable TlsInfo tls,
            ServerStreams.Factory factory) {
        super(
                worker,
                facts,
                new Http1HeadParser(worker, requestLine, facts, limits(manager)),
                Phase.HEAD,
                manager.http1(),
                tls);
        this.manager = manager;
        this.requestLine = requestLine;
        this.factory = factory;
    }

    static Http1ServerConnection create(
            CodecWorker worker,
            HttpConnectionManager manager,
            @Nullable TlsInfo tls,
            ServerStreams.Factory factory) {
        boolean edge =
                manager.clientAddress().useRemoteAddress()
                        && manager.clientAddress().trustedHops() == 0;
        var requestLine = new RequestLine(tls != null, manager.http1(), edge);
        return new Http1ServerConnection(
                worker, manager, new HeadFacts(true), requestLine, tls, factory);
    }

    private static Http1HeadParser.Limits limits(HttpConnectionManager manager) {
        return new Http1HeadParser.Limits(
                manager.maxRequestHeadersKib() * 1024,
                manager.maxHeadersCount(),
                manager.underscoreAction(),
                manager.http1().keptSpelling());
    }

    @Override
    void onAdded() {
        streams = factory.onConnection(this);
    }

    private ServerStreams streams() {
        return requireNonNull(streams);
    }

    // -- reading -----------------------------------------------------------------------------

    @Override
    void onHead(HeaderMap head) {
        cancelHeadTimeout();
        Fault fault = check(head);
        if (fault != null) {
            onFault(fault);
            return;
        }
        var asked = asked();
        var opened = new Http1ServerStream(this, asked);
        stream = opened;
        prepare(head, asked);
        boolean end = beginBody(opened);
        if (facts.expectsContinue() && !manager.proxy100Continue() && !asked.http10()) {
            writer().continueHead();
        }
        if (end) {
            enter(Phase.IDLE);
        }
        HttpStreamListener listener = streams().onStream(opened, requestLine.protocol());
        opened.listener(listener);
        listener.onHeaders(head, end);
    }

    private @Nullable Fault check(HeaderMap head) {
        boolean http10 = requestLine.protocol() == Protocol.HTTP_1_0;
        boolean lengthAllowed = manager.http1().allowChunkedLength() && !facts.isEncodedOtherwise();
        if (facts.isChunked() && facts.contentLength() >= 0 && !lengthAllowed) {
            return Fault.LENGTH_AND_CHUNKED;
        }
        if (http10 && !manager.http1().acceptHttp10()) {
            return Fault.LOW_VERSION;
        }
        boolean misplaced = http10 || requestLine.isConnect() || facts.isEncodedOtherwise();
        if (facts.isChunked() && misplaced) {
            return Fault.TRANSFER_ENCODING;
        }
        if (requestLine.isConnect() && facts.contentLength() > 0) {
            return Fault.BODY_DISALLOWED;
        }
        return checkHost(head, http10);
    }

    private @Nullable Fault checkHost(HeaderMap head, boolean http10) {
        boolean known = facts.hasHost() && !facts.connection().hostNominated();
        if (known || requestLine.hasAuthority()) {
            return null;
        }
        String byDefault = manager.http1().defaultHostForHttp10();
        if (!http10 || byDefault.isEmpty()) {
            return Fault.MISSING_HOST;
        }
        byte[] octets = Octets.ascii(byDefault);
        head.setValue(RequestLine.AUTHORITY_AT, octets, 0, octets.length);
        return null;
    }

    private Asked asked() {
        boolean http10 = requestLine.protocol() == Protocol.HTTP_1_0;
        ConnectionTokens tokens = facts.connection();
        boolean persist = !tokens.close() && (!http10 || tokens.keepAlive());
        return new Asked(
                http10, requestLine.isHead(), requestLine.isConnect(), facts.isUpgrade(), persist);
    }

    // Takes away what ends at this hop.
    private void prepare(HeaderMap head, Asked asked) {
        if (!asked.upgrade()) {
            facts.connection().removeNominated(head);
            head.remove(CONNECTION);
        }
        if (facts.isH2cUpgrade()) {
            head.remove(UPGRADE);
            head.remove(HTTP2_SETTINGS);
        }
        if (facts.isChunked() && facts.contentLength() >= 0) {
            head.remove(HeaderName.CONTENT_LENGTH);
        }
        if (facts.expectsContinue() && !manager.proxy100Continue()) {
            head.remove(EXPECT);
        }
    }

    private boolean beginBody(Http1ServerStream opened) {
        if (opened.wantedUpgrade()) {
            body.beginUntilClose();
        } else if (facts.isChunked()) {
            body.beginChunked();
        } else if (facts.contentLength() > 0) {
            body.beginLength(facts.contentLength());
        } else {
            return true;
        }
        return false;
    }

    @Override
    void onBody(ByteBuf data, boolean end) {
        Http1ServerStream open = stream;
        if (open == null) {
            data.release();
        } else {
            open.listener().onData(data, end);
        }
    }

    @Override
    void onTrailers(HeaderMap trailers) {
        Http1ServerStream open = stream;
        if (open == null) {
            return;
        }
        if (trailersEnabled() && trailers.size() > 0) {
            open.listener().onTrailers(trailers);
        } else {
            open.listener().onData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    void onFault(Fault fault) {
        cancelHeadTimeout();
        enter(Phase.DISCARD);
        Http1ServerStream open = stream;
        if (open == null) {
            open = new Http1ServerStream(this, Asked.INVALID);
            stream = open;
            open.listener(streams().onStream(open, Protocol.HTTP_1_1));
        }
        if (open.hasStarted()) {
            open.end();
            stream = null;
            output().flushAnd(ChannelFutureListener.CLOSE);
            open.listener().onReset(ResetReason.PROTOCOL_ERROR, fault.details());
        } else {
            open.listener().onInvalidRequest(fault.status(), fault.details(), readableHead(fault));
        }
    }

    private @Nullable HeaderMap readableHead(Fault fault) {
        if (!fault.hasReadableHead()) {
            return null;
        }
        HeaderMap head = parser.head();
        head.remove(HeaderName.AUTHORITY); // it has been kept free for the one that did not come
        return head;
    }

    @Override
    void onPartialHead() {
        long nanos = manager.requestHeadersTimeout().toNanos();
        if (headTimeout == null && nanos > 0 && parser.hasBegun()) {
            headTimeout =
                    context()
                            .executor()
                            .schedule(
                                    () -> onFault(Fault.HEAD_TIMEOUT), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void cancelHeadTimeout() {
        if (headTimeout != null) {
            headTimeout.cancel(false);
            headTimeout = null;
        }
    }

    // -- what the stream asks for ------------------------------------------------------------

    /** A request that is not complete yet cannot be told from the next one. */
    boolean mustCloseAfterResponse() {
        return draining || phase() != Phase.IDLE;
    }

    void setReading(Http1ServerStream asker, boolean reading) {
        if (asker == stream) {
            pause(!reading);
        }
    }

    void onResponseEnd(Http1ServerStream ended) {
        stream = null;
        pause(false);
        if (ended.isTunnel() || (phase() == Phase.IDLE && ended.isClosing())) {
            enter(Phase.DISCARD);
            output().flushAnd(ChannelFutureListener.CLOSE);
        } else if (phase() == Phase.IDLE) {
            enter(Phase.HEAD);
            parseLater();
        } else {
            enter(Phase.DISCARD);
            output().flushAnd(this::closeLater);
        }
    }

    void onLocalReset(Http1ServerStream ended) {
        if (ended == stream) {
            stream = null;
            enter(Phase.DISCARD);
            output().flushAnd(ChannelFutureListener.CLOSE);
        }
    }

    // The client may still be sending. Closing now would answer that with RST, which can destroy
    // the response on its way: half-close and wait until the client has seen it.
    private void closeLater(ChannelFuture written) {
        long nanos = manager.delayedCloseTimeout().toNanos();
        if (nanos == 0 || !written.isSuccess() || isGone()) {
            var _ = context().close();
            return;
        }
        delayedClose = context().executor().schedule(this::closeNow, nanos, TimeUnit.NANOSECONDS);
        SslHandler ssl = context().pipeline().get(SslHandler.class);
        if (ssl != null) {
            var _ = ssl.closeOutbound();
        } else if (context().channel() instanceof DuplexChannel channel) {
            var _ = channel.shutdownOutput();
        }
        pause(false);
    }

    private void closeNow() {
        var _ = context().close();
    }

    /**
     * The next response says {@code connection: close}. An idle connection gets the drain time for
     * a request that may be on its way, and is closed then.
     */
    @Override
    public void drain() {
        if (draining || isGone()) {
            return;
        }
        draining = true;
        long nanos = manager.drainTimeout().toNanos();
        if (nanos == 0) {
            closeIdle();
        } else {
            var _ = context().executor().schedule(this::closeIdle, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void closeIdle() {
        if (stream == null && phase() == Phase.HEAD && !parser.hasBegun()) {
            close();
        }
    }

    @Override
    void onWritability(boolean writable) {
        Http1ServerStream open = stream;
        if (open != null) {
            open.listener().onWritabilityChanged(writable);
        }
    }

    @Override
    void onGone(Phase last) {
        cancelHeadTimeout();
        if (delayedClose != null) {
            delayedClose.cancel(false);
        }
        Http1ServerStream open = stream;
        stream = null;
        if (open != null) {
            open.end();
            open.resetListener(ResetReason.CONNECTION_TERMINATION, "");
        }
        streams().onConnectionClosed();
    }
}
