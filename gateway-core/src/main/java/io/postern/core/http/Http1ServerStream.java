package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.Http1HeadWriter.Added;
import io.postern.core.http.Http1HeadWriter.Persistence;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/** The response to one HTTP/1 request. Confined to the connection's event loop. */
final class Http1ServerStream implements HttpStream {
    /** What of a request decides how its response is framed. */
    record Asked(boolean http10, boolean head, boolean connect, boolean upgrade, boolean persist) {
        static final Asked INVALID = new Asked(false, false, false, false, false);
    }

    private static final HeaderName CONNECTION = HeaderName.of("connection");
    private static final HeaderMap NO_TRAILERS = new HeaderMap(16);

    private enum Body {
        NOT_STARTED,
        /** Octets are dropped: HEAD, 204, 304, or none came. */
        NONE,
        LENGTH,
        CHUNKED,
        RAW,
        ENDED
    }

    private final Http1ServerConnection connection;
    private final Asked asked;
    private @Nullable HttpStreamListener listener;
    private Body body = Body.NOT_STARTED;
    private long left;
    private boolean closing;
    private boolean tunnel;

    Http1ServerStream(Http1ServerConnection connection, Asked asked) {
        this.connection = connection;
        this.asked = asked;
    }

    void listener(HttpStreamListener heard) {
        listener = heard;
    }

    HttpStreamListener listener() {
        return requireNonNull(listener);
    }

    /** Null when the one who should have listened failed to. */
    void resetListener(ResetReason reason, String detail) {
        if (listener != null) {
            listener.onReset(reason, detail);
        }
    }

    boolean hasStarted() {
        return body != Body.NOT_STARTED;
    }

    boolean hasEnded() {
        return body == Body.ENDED;
    }

    /** Whether the connection has to end with this response. */
    boolean isClosing() {
        return closing;
    }

    boolean isTunnel() {
        return tunnel;
    }

    boolean wantedUpgrade() {
        return asked.upgrade || asked.connect;
    }

    /** Every later call is ignored. */
    void end() {
        body = Body.ENDED;
    }

    @Override
    public void writeHeaders(HeaderMap head, boolean endOfStream) {
        if (body == Body.ENDED) {
            return;
        }
        int status = Octets.status(head);
        if (body != Body.NOT_STARTED || status < 100) {
            throw new IllegalStateException("bug: response head with status " + status);
        }
        if (status < 200 && status != 101) {
            if (!asked.http10) {
                connection
                        .writer()
                        .response(head, status, false, Added.NOTHING, Persistence.DEFAULT);
            }
            return;
        }
        Added added = frame(head, status, endOfStream);
        connection.writer().response(head, status, asked.http10, added, persistence(head));
        if (endOfStream) {
            finish(NO_TRAILERS);
        }
    }

    private Added frame(HeaderMap head, int status, boolean end) {
        tunnel = (asked.upgrade && status == 101) || (asked.connect && status / 100 == 2);
        closing =
                !tunnel
                        && (!asked.persist
                                || wantedUpgrade()
                                || connection.mustCloseAfterResponse());
        if (tunnel) {
            body = Body.RAW;
            return Added.NOTHING;
        }
        int length = head.indexOf(HeaderName.CONTENT_LENGTH);
        boolean bodiless = status == 101 || status == 204 || status == 304;
        body = asked.head || bodiless || end ? Body.NONE : Body.CHUNKED;
        if (bodiless || length >= 0) {
            if (body == Body.CHUNKED) {
                body = Body.LENGTH;
                left =
                        Octets.decimal(
                                head.octets(), head.valueStart(length), head.valueLength(length));
            }
            return Added.NOTHING;
        }
        if (end && !asked.head) {
            return Added.NO_CONTENT;
        }
        if (asked.http10 && end) {
            return Added.NOTHING;
        }
        if (asked.http10) {
            closing = true; // the end of the connection is the end of the body
            body = asked.head ? Body.NONE : Body.RAW;
            return Added.NOTHING;
        }
        return Added.CHUNKED;
    }

    private Persistence persistence(HeaderMap head) {
        if (tunnel) {
            return Persistence.AS_GIVEN;
        }
        int given = head.indexOf(CONNECTION);
        closing |= given >= 0 && head.valueIsIgnoreCase(given, "close");
        if (closing) {
            return Persistence.CLOSE;
        }
        return asked.http10 ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
    }

    @Override
    public void writeData(ByteBuf data, boolean endOfStream) {
        int size = data.readableBytes();
        switch (body) {
            case ENDED, NONE -> data.release();
            case LENGTH -> writeCounted(data, size);
            case CHUNKED -> writeChunk(data, size);
            case RAW -> connection.output().write(data);
            case NOT_STARTED -> {
                data.release();
                throw new IllegalStateException("bug: response body before its head");
            }
        }
        if (endOfStream && body != Body.ENDED) {
            finish(NO_TRAILERS);
        }
    }

    // More octets than announced would be taken for the next response: they are not sent.
    private void writeCounted(ByteBuf data, int size) {
        if (size > left) {
            data.release();
            closing = true;
            left = -1;
        } else {
            left -= size;
            connection.output().write(data);
        }
    }

    private void writeChunk(ByteBuf data, int size) {
        if (size == 0) {
            data.release(); // an empty chunk would be the last one
            return;
        }
        connection.writer().chunkStart(size);
        connection.output().write(data);
        connection.writer().chunkEnd();
    }

    @Override
    public void writeTrailers(HeaderMap trailers) {
        if (body == Body.ENDED) {
            return;
        }
        if (body == Body.NOT_STARTED) {
            throw new IllegalStateException("bug: trailers before the response head");
        }
        finish(connection.trailersEnabled() ? trailers : NO_TRAILERS);
    }

    private void finish(HeaderMap trailers) {
        if (body == Body.CHUNKED) {
            connection.writer().lastChunk(trailers);
        }
        if (body == Body.LENGTH && left != 0) {
            closing = true; // the client sees that it is not complete
        }
        body = Body.ENDED;
        connection.onResponseEnd(this);
    }

    @Override
    public void reset(ResetReason reason) {
        if (body != Body.ENDED) {
            body = Body.ENDED;
            connection.onLocalReset(this);
        }
    }

    @Override
    public void setReading(boolean reading) {
        connection.setReading(this, reading);
    }

    @Override
    public boolean isWritable() {
        return connection.channelIsWritable();
    }

    @Override
    public HttpConnection connection() {
        return connection;
    }
}
