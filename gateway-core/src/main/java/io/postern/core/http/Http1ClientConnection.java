package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.config.model.Cluster;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an HTTP/1 upstream: one request at a time. Octets that nobody asked for end it,
 * so that a response can never be taken for the answer to a later request. Confined to the
 * channel's event loop.
 */
final class Http1ClientConnection extends Http1Connection implements ClientConnection {
    private static final HeaderName CONNECTION = HeaderName.of("connection");
    private static final int MAX_INFORMATIONAL = 32;

    private final StatusLine statusLine;
    private final boolean chunkedLengthAllowed;
    private final Listener pool;
    private @Nullable Http1ClientStream stream;
    private boolean reusable = true;
    private boolean draining;
    private boolean responseEnded;
    private boolean tunnel; // what follows the response's head has no end of its own
    private int informational;

    private Http1ClientConnection(
            CodecWorker worker,
            Cluster cluster,
            HeadFacts facts,
            StatusLine statusLine,
            @Nullable TlsInfo tls,
            Listener pool) {
        super(
                worker,
                facts,
                new Http1HeadParser(worker, statusLine, facts, limits(cluster)),
                Phase.IDLE,
                cluster.http1(),
                tls);
        this.statusLine = statusLine;
        this.pool = pool;
        chunkedLengthAllowed = cluster.http1().allowChunkedLength();
    }

    static Http1ClientConnection create(
            CodecWorker worker, Cluster cluster, @Nullable TlsInfo tls, Listener pool) {
        return new Http1ClientConnection(
                worker, cluster, new HeadFacts(false), new StatusLine(), tls, pool);
    }

    private static Http1HeadParser.Limits limits(Cluster cluster) {
        return new Http1HeadParser.Limits(
                cluster.maxResponseHeadersKib() * 1024,
                cluster.maxResponseHeadersCount(),
                UnderscoreAction.ALLOW,
                cluster.http1().keptSpelling());
    }

    // -- ClientConnection --------------------------------------------------------------------

    @Override
    public boolean canOpenStream() {
        return stream == null && reusable && !draining && !isGone() && phase() == Phase.IDLE;
    }

    @Override
    public int maxConcurrentStreams() {
        return 1;
    }

    @Override
    public int openStreams() {
        return stream == null ? 0 : 1;
    }

    @Override
    public HttpStream openStream(HttpStreamListener listener) {
        if (!canOpenStream()) {
            throw new IllegalStateException("bug: connection " + id() + " is busy or ending");
        }
        var opened = new Http1ClientStream(this, listener);
        stream = opened;
        responseEnded = false;
        informational = 0;
        enter(Phase.HEAD);
        return opened;
    }

    @Override
    public void drain() {
        draining = true;
        if (stream == null) {
            close();
        }
    }

    // -- what the stream asks for ------------------------------------------------------------

    void onRequestEnd(Http1ClientStream sent, boolean complete) {
        reusable &= complete;
        if (sent == stream && responseEnded) {
            finish(sent);
        } else if (!complete && sent == stream) {
            fail(sent, ResetReason.LOCAL_RESET, "request shorter or longer than content-length");
        }
    }

    void onLocalReset(Http1ClientStream reset) {
        if (reset == stream) {
            stream = null;
            close();
        }
    }

    void setReading(Http1ClientStream asker, boolean reading) {
        if (asker == stream) {
            pause(!reading);
        }
    }

    // -- reading -----------------------------------------------------------------------------

    @Override
    void onAdded() {}

    @Override
    boolean stepIdle() {
        reusable = false;
        if (stream == null) {
            close();
        }
        return false;
    }

    @Override
    void onPartialHead() {}

    @Override
    void onHead(HeaderMap head) {
        Http1ClientStream open = stream;
        if (open == null) {
            return;
        }
        int status = statusLine.status();
        Fault fault = check(open, head, status);
        if (fault != null) {
            onFault(fault);
            return;
        }
        tunnel = status == 101 || (open.isConnect() && status / 100 == 2);
        if (status != 101) {
            facts.connection().removeNominated(head);
            head.remove(CONNECTION);
        }
        if (status < 200 && status != 101) {
            onInformational(open, head);
            return;
        }
        ConnectionTokens tokens = facts.connection();
        reusable &= !tokens.close() && (!statusLine.isHttp10() || tokens.keepAlive());
        boolean end = beginBody(open, status);
        responseEnded = end;
        if (end) {
            enter(Phase.IDLE);
        }
        open.listener.onHeaders(head, end);
        if (end) {
            finishIfSent(open);
        }
    }

    private @Nullable Fault check(Http1ClientStream open, HeaderMap head, int status) {
        if (status == 101 && !open.isUpgrade()) {
            return Fault.CODEC_ERROR; // Envoy passes it on; then both sides would disagree
        }
        boolean bodiless = status < 200 || status == 204;
        if (facts.isChunked()) {
            if (bodiless) {
                return Fault.CHUNKED_NOT_ALLOWED;
            }
            if (facts.isEncodedOtherwise()) {
                return Fault.TRANSFER_ENCODING;
            }
            if (statusLine.isHttp10() || (open.isConnect() && status / 100 == 2)) {
                return Fault.TRANSFER_ENCODING;
            }
            if (facts.contentLength() >= 0) {
                if (!chunkedLengthAllowed) {
                    return Fault.LENGTH_AND_CHUNKED;
                }
                head.remove(HeaderName.CONTENT_LENGTH);
            }
        } else if (bodiless && facts.contentLength() >= 0) {
            if (facts.contentLength() > 0) {
                return Fault.LENGTH_NOT_ALLOWED;
            }
            head.remove(HeaderName.CONTENT_LENGTH);
        }
        return null;
    }

    private void onInformational(Http1ClientStream open, HeaderMap head) {
        if (++informational > MAX_INFORMATIONAL) {
            onFault(Fault.CODEC_ERROR);
            return;
        }
        enter(Phase.HEAD);
        head.remove(HeaderName.CONTENT_LENGTH); // it has none (RFC 9110 section 8.6)
        open.listener.onInformational(head);
    }

    private boolean beginBody(Http1ClientStream open, int status) {
        if (tunnel) {
            reusable = false;
            body.beginUntilClose();
        } else if (open.isHead() || status == 204 || status == 304) {
            return true;
        } else if (facts.isChunked()) {
            body.beginChunked();
        } else if (facts.contentLength() == 0) {
            return true;
        } else if (facts.contentLength() > 0) {
            body.beginLength(facts.contentLength());
        } else {
            reusable = false;
            body.beginUntilClose();
        }
        return false;
    }

    @Override
    void onBody(ByteBuf data, boolean end) {
        Http1ClientStream open = stream;
        if (open == null) {
            data.release();
            return;
        }
        responseEnded = end;
        open.listener.onData(data, end);
        if (end) {
            finishIfSent(open);
        }
    }

    @Override
    void onTrailers(HeaderMap trailers) {
        Http1ClientStream open = stream;
        if (open == null) {
            return;
        }
        responseEnded = true;
        if (trailersEnabled() && trailers.size() > 0) {
            open.listener.onTrailers(trailers);
        } else {
            open.listener.onData(Unpooled.EMPTY_BUFFER, true);
        }
        finishIfSent(open);
    }

    private void finishIfSent(Http1ClientStream open) {
        if (open == stream && open.isSent()) {
            finish(open);
        }
    }

    private void finish(Http1ClientStream open) {
        open.end();
        stream = null;
        pause(false);
        boolean last = !reusable || draining || hasInput();
        reusable = !last;
        pool.onStreamClosed(this);
        if (last) {
            close();
        }
    }

    @Override
    void onFault(Fault fault) {
        Http1ClientStream open = stream;
        if (open != null) {
            fail(open, ResetReason.PROTOCOL_ERROR, fault.details());
        } else {
            close();
        }
    }

    private void fail(Http1ClientStream open, ResetReason reason, String detail) {
        stream = null;
        open.end();
        enter(Phase.DISCARD);
        open.listener.onReset(reason, detail);
        close();
    }

    @Override
    void onWritability(boolean writable) {
        Http1ClientStream open = stream;
        if (open != null) {
            open.listener.onWritabilityChanged(writable);
        }
    }

    @Override
    void onGone(Phase last) {
        Http1ClientStream open = stream;
        stream = null;
        if (open != null) {
            open.end();
            if (tunnel) {
                open.listener.onReset(ResetReason.CONNECTION_TERMINATION, "");
            } else if (last == Phase.BODY && body.endsWithConnection()) {
                open.listener.onData(Unpooled.EMPTY_BUFFER, true);
            } else if (!responseEnded) {
                // Envoy, too, calls what stops in the middle a protocol error.
                boolean cutShort =
                        last == Phase.BODY
                                || last == Phase.TRAILERS
                                || (last == Phase.HEAD && parser.hasBegun());
                open.listener.onReset(
                        cutShort ? ResetReason.PROTOCOL_ERROR : ResetReason.CONNECTION_TERMINATION,
                        "");
            }
        }
        pool.onClosed(this);
    }
}
