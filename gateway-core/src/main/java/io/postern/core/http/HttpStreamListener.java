package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * What arrives on a {@link HttpStream}. Called on the event loop, in this order: informational
 * heads, one head, data, trailers or an end-of-stream flag; or {@link #onReset} at any time, which
 * is the last call.
 */
public interface HttpStreamListener {
    /** A 1xx head from an upstream, 101 excepted. */
    default void onInformational(HeaderMap head) {}

    /** The head. It belongs to the listener until the stream has ended. */
    void onHeaders(HeaderMap head, boolean endOfStream);

    /** Body bytes; the listener takes over {@code data}. */
    void onData(ByteBuf data, boolean endOfStream);

    /** Trailers end the stream; they belong to the listener until the stream has ended. */
    void onTrailers(HeaderMap trailers);

    /**
     * The stream ended abruptly.
     *
     * @param detail response code detail or transport failure reason; may be empty
     */
    void onReset(ResetReason reason, String detail);

    /** {@link HttpStream#isWritable()} changed. */
    void onWritabilityChanged(boolean writable);

    /**
     * The client sent something that cannot be served: to be answered with {@code status} and the
     * connection closed. Server side only; nothing else arrives after it.
     *
     * @param details Envoy's response code details, {@code http1.codec_error} for example
     * @param head as far as it is fit to be logged; null when it could not be read
     */
    default void onInvalidRequest(int status, String details, @Nullable HeaderMap head) {}
}
