package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Our side of one HTTP/2 stream, on a client's or an upstream's connection. Confined to the
 * connection's event loop.
 *
 * <p>Flow-control credit for what arrives is given back while the stream is being read, and kept
 * when it is not: the peer then stops by itself, and only on this stream.
 */
final class Http2Side implements HttpStream {
    private final Http2Codec codec;
    private @Nullable Http2Stream stream;
    private @Nullable HttpStreamListener listener;
    private boolean bodiless;
    private boolean upgrade;
    private byte @Nullable [] askedProtocol; // of an upgrade on its way to an upstream
    private final Http2Promise promise = new Http2Promise(); // of an upstream
    private boolean headSent;
    private boolean headReceived;
    private boolean localEnded;
    private boolean remoteEnded;
    private boolean dead;
    private boolean reading = true;
    private boolean writable = true;
    private int withheld;

    Http2Side(Http2Codec codec) {
        this.codec = codec;
    }

    void attach(Http2Stream to) {
        stream = to;
    }

    /** Netty's; null before a request was sent and after the end. */
    @Nullable Http2Stream stream() {
        return stream;
    }

    void listener(HttpStreamListener hears) {
        listener = hears;
    }

    private HttpStreamListener listener() {
        return requireNonNull(listener);
    }

    /** The request was HEAD: nothing follows the response's head. */
    void setBodiless() {
        bodiless = true;
    }

    /** The request came as an extended CONNECT. */
    void setUpgrade() {
        upgrade = true;
    }

    boolean hasReceivedHead() {
        return headReceived;
    }

    /** Whether one more interim response may come. */
    boolean mayBeInformed() {
        return promise.oneMoreInterim();
    }

    /** Notes what the head of a response says of its body; false when nobody can tell. */
    boolean promised(HeaderMap head, int status) {
        return promise.heard(head, status);
    }

    /** Whether a response keeps its promise with {@code octets} more. */
    boolean mayCarry(int octets, boolean end) {
        return headReceived && promise.mayCarry(octets) && (!end || promise.mayEnd());
    }

    boolean mayEnd() {
        return promise.mayEnd();
    }

    // -- what arrives ------------------------------------------------------------------------

    void heardInformational(HeaderMap head) {
        if (!dead) {
            listener().onInformational(head);
        }
    }

    void heardHead(HeaderMap head, boolean end) {
        byte[] protocol = askedProtocol;
        if (protocol != null) {
            ExtendedConnect.answerFromUpstream(head, protocol);
        }
        headReceived = true;
        remoteEnded = end;
        if (!dead) {
            listener().onHeaders(head, end);
        }
    }

    void heardFault(Fault fault, boolean end) {
        headReceived = true;
        remoteEnded = end;
        listener().onInvalidRequest(fault.status(), fault.details(), null);
    }

    void heardTrailers(HeaderMap trailers) {
        remoteEnded = true;
        HeadFacts.dropForbiddenTrailers(trailers);
        if (dead) {
            return;
        }
        if (trailers.size() == 0) {
            listener().onData(Unpooled.EMPTY_BUFFER, true);
        } else {
            listener().onTrailers(trailers);
        }
    }

    /** Takes over {@code data}; returns the credit that goes back to the peer at once. */
    int heardData(ByteBuf data, int padding, boolean end) {
        int size = data.readableBytes();
        remoteEnded |= end;
        if (dead) {
            data.release();
            return size + padding;
        }
        listener().onData(data, end);
        if (reading || end) {
            return size + padding;
        }
        withheld += size;
        return padding;
    }

    /** The stream is over, before its time when it has not ended on both sides. */
    void heardClosed(ResetReason reason, String detail) {
        stream = null;
        if (!dead && !(localEnded && remoteEnded)) {
            dead = true;
            if (listener != null) {
                listener.onReset(reason, detail);
            }
        }
        dead = true;
    }

    void heardWritability(boolean now) {
        if (!dead && writable != now && !localEnded) {
            writable = now;
            listener().onWritabilityChanged(now);
        }
    }

    // -- HttpStream --------------------------------------------------------------------------

    @Override
    public void writeHeaders(HeaderMap given, boolean endOfStream) {
        if (dead || localEnded) {
            return;
        }
        HeaderMap head = given;
        if (upgrade) {
            head = ExtendedConnect.answerToClient(given);
        } else if (!codec.isServer() && ExtendedConnect.isUpgrade(given)) {
            head = ExtendedConnect.fromUpgrade(given);
            askedProtocol = ExtendedConnect.protocol(given);
        }
        boolean informational = codec.isServer() && Octets.status(head) < 200;
        if (informational && Octets.status(head) == 101) {
            throw new IllegalStateException("bug: HTTP/2 has no 101");
        }
        if (headSent) {
            throw new IllegalStateException("bug: second head on an HTTP/2 stream");
        }
        headSent = !informational;
        if (codec.isServer()) {
            int status = Octets.status(head);
            bodiless |= status == 204 || status == 304;
        } else {
            int method = head.indexOf(HeaderName.METHOD);
            if (method < 0) {
                throw new IllegalStateException("bug: request without a method");
            }
            promise.asked(head, method);
        }
        boolean end = endOfStream && !informational;
        localEnded = end;
        ChannelFuture sent = codec.sendHead(this, stream, head, end);
        if (end) {
            afterEnd(sent);
        }
    }

    @Override
    public void writeData(ByteBuf data, boolean endOfStream) {
        Http2Stream to = stream;
        if (dead || localEnded || to == null) {
            data.release();
            return;
        }
        if (!headSent) {
            data.release();
            throw new IllegalStateException("bug: body before the head");
        }
        ByteBuf sent = data;
        if (bodiless && data.isReadable()) {
            data.release();
            sent = Unpooled.EMPTY_BUFFER;
        }
        if (!endOfStream && !sent.isReadable()) {
            sent.release();
            return;
        }
        localEnded = endOfStream;
        ChannelFuture last = codec.sendData(to, sent, endOfStream);
        if (endOfStream) {
            afterEnd(last);
        }
    }

    @Override
    public void writeTrailers(HeaderMap trailers) {
        Http2Stream to = stream;
        if (dead || localEnded || to == null) {
            return;
        }
        localEnded = true;
        afterEnd(
                trailers.size() == 0
                        ? codec.sendData(to, Unpooled.EMPTY_BUFFER, true)
                        : codec.sendTrailers(to, trailers));
    }

    // RFC 9113 section 8.1: a complete response to a request that is still coming is followed by
    // RST_STREAM with NO_ERROR, so that the client stops without losing the response.
    private void afterEnd(ChannelFuture last) {
        Http2Stream to = stream;
        if (codec.isServer() && !remoteEnded && to != null) {
            dead = true;
            codec.resetAfter(last, to);
        }
    }

    @Override
    public void reset(ResetReason reason) {
        if (dead) {
            return;
        }
        dead = true;
        Http2Stream to = stream;
        if (to == null) {
            codec.forget(this);
        } else {
            sendPending(to);
            codec.sendReset(to, error(reason));
        }
    }

    // Data waits in Netty's flow controller for the flush, where a reset would drop it: what the
    // peer's windows allow goes out first, as in Envoy.
    private void sendPending(Http2Stream to) {
        var flow = codec.encoder().flowController();
        if (!flow.hasFlowControlled(to)) {
            return;
        }
        try {
            flow.writePendingBytes();
        } catch (Http2Exception e) {
            codec.onError(codec.context(), true, e);
        }
    }

    private Http2Error error(ResetReason reason) {
        return switch (reason) {
            case LOCAL_REFUSED_STREAM, REMOTE_REFUSED_STREAM -> Http2Error.REFUSED_STREAM;
            case PROTOCOL_ERROR -> Http2Error.PROTOCOL_ERROR;
            case CONNECT_ERROR -> Http2Error.CONNECT_ERROR;
            case LOCAL_RESET,
                    REMOTE_RESET,
                    CONNECTION_FAILURE,
                    CONNECTION_TIMEOUT,
                    CONNECTION_TERMINATION,
                    OVERFLOW ->
                    codec.isServer() ? Http2Error.INTERNAL_ERROR : Http2Error.CANCEL;
        };
    }

    @Override
    public void setReading(boolean read) {
        reading = read;
        Http2Stream from = stream;
        if (read && withheld > 0 && from != null) {
            int credit = withheld;
            withheld = 0;
            codec.giveCredit(from, credit);
        }
    }

    @Override
    public boolean isWritable() {
        Http2Stream to = stream;
        return !dead && (to == null ? codec.channelIsWritable() : codec.isWritable(to));
    }

    @Override
    public HttpConnection connection() {
        return codec;
    }
}
