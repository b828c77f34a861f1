package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.postern.sdk.HeaderMap;

/**
 * The writing half of one request/response exchange on a connection, client's or upstream's side
 * alike; what is read arrives at a {@link HttpStreamListener}.
 *
 * <p>Confined to the connection's event loop. Writes are batched: they reach the socket when the
 * loop's {@link io.postern.core.runtime.FlushBatch} is flushed. After {@link #reset} or after both
 * directions have ended, every call is ignored (and buffers are released).
 */
public interface HttpStream {
    /**
     * Writes a request or response head; 1xx heads may come before the final one. The head is
     * encoded during the call; the caller keeps it. Pseudo-headers become the start line on HTTP/1.
     * Framing headers are the codec's business: it writes {@code content-length} as given, and
     * chunks when there is none and a body can follow.
     */
    void writeHeaders(HeaderMap head, boolean endOfStream);

    /** Writes body bytes and takes over {@code data}. */
    void writeData(ByteBuf data, boolean endOfStream);

    /** Ends the stream with trailers; HTTP/1 drops them where they cannot be sent. */
    void writeTrailers(HeaderMap trailers);

    /**
     * Ends the stream abruptly: RST_STREAM on HTTP/2, closing the connection on HTTP/1. The
     * listener hears nothing any more.
     */
    void reset(ResetReason reason);

    /**
     * Stops or restarts reading: flow-control credit is withheld on HTTP/2, the socket is not read
     * on HTTP/1. What was read already may still arrive.
     */
    void setReading(boolean reading);

    /** Whether less than the buffer limit waits to be sent; changes reach the listener. */
    boolean isWritable();

    /** The connection this stream is on. */
    HttpConnection connection();
}
