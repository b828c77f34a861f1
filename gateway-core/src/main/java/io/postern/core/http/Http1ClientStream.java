package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.Http1HeadWriter.Added;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** A request to an HTTP/1 upstream. Confined to the connection's event loop. */
final class Http1ClientStream implements HttpStream {
    private static final HeaderMap NO_TRAILERS = new HeaderMap(16);

    private enum Body {
        NOT_STARTED,
        LENGTH,
        CHUNKED,
        RAW,
        SENT,
        /** Reset, or over on both sides. */
        ENDED
    }

    private final Http1ClientConnection connection;
    final HttpStreamListener listener;
    private Body body = Body.NOT_STARTED;
    private boolean head;
    private boolean connect;
    private boolean upgrade;
    private long left;

    Http1ClientStream(Http1ClientConnection connection, HttpStreamListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    boolean isHead() {
        return head;
    }

    boolean isConnect() {
        return connect;
    }

    boolean isUpgrade() {
        return upgrade;
    }

    /** Whether the request was sent to its end. */
    boolean isSent() {
        return body == Body.SENT;
    }

    void end() {
        body = Body.ENDED;
    }

    @Override
    public void writeHeaders(HeaderMap request, boolean endOfStream) {
        if (body == Body.ENDED) {
            return;
        }
        if (body != Body.NOT_STARTED) {
            throw new IllegalStateException("bug: second request head");
        }
        int method = request.indexOf(HeaderName.METHOD);
        int path = request.indexOf(HeaderName.PATH);
        connect = method >= 0 && request.valueIs(method, "CONNECT");
        if (method < 0 || (path < 0 && !connect)) {
            throw new IllegalStateException("bug: request without method or path");
        }
        head = request.valueIs(method, "HEAD");
        upgrade = ExtendedConnect.isUpgrade(request);
        Added added = frame(request, method, endOfStream);
        connection.writer().request(request, added, upgrade);
        if (endOfStream) {
            finish(NO_TRAILERS);
        }
    }

    private Added frame(HeaderMap request, int method, boolean end) {
        if (connect || upgrade) {
            body = Body.RAW;
            return Added.NOTHING;
        }
        int length = request.indexOf(HeaderName.CONTENT_LENGTH);
        if (length >= 0) {
            body = Body.LENGTH;
            left =
                    Octets.decimal(
                            request.octets(),
                            request.valueStart(length),
                            request.valueLength(length));
            return Added.NOTHING;
        }
        if (!end) {
            body = Body.CHUNKED;
            return Added.CHUNKED;
        }
        body = Body.RAW;
        boolean bodiless =
                Method.usuallyBodiless(
                        request.octets(), request.valueStart(method), request.valueLength(method));
        return bodiless ? Added.NOTHING : Added.NO_CONTENT;
    }

    @Override
    public void writeData(ByteBuf data, boolean endOfStream) {
        int size = data.readableBytes();
        switch (body) {
            case ENDED, SENT -> data.release();
            case LENGTH -> {
                if (size > left) {
                    data.release();
                    left = -1;
                } else {
                    left -= size;
                    connection.output().write(data);
                }
            }
            case CHUNKED -> writeChunk(data, size);
            case RAW -> connection.output().write(data);
            case NOT_STARTED -> {
                data.release();
                throw new IllegalStateException("bug: request body before its head");
            }
        }
        if (endOfStream) {
            finish(NO_TRAILERS);
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
        finish(connection.trailersEnabled() ? trailers : NO_TRAILERS);
    }

    private void finish(HeaderMap trailers) {
        switch (body) {
            case ENDED, SENT -> {}
            case NOT_STARTED -> throw new IllegalStateException("bug: request without a head");
            case LENGTH -> {
                body = Body.SENT;
                // The upstream would take the next request for the rest of this one.
                connection.onRequestEnd(this, left == 0);
            }
            case CHUNKED -> {
                connection.writer().lastChunk(trailers);
                body = Body.SENT;
                connection.onRequestEnd(this, true);
            }
            case RAW -> {
                body = Body.SENT;
                connection.onRequestEnd(this, true);
            }
        }
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
