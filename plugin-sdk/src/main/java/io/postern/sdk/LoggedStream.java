package io.postern.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A request, or a connection that is no HTTP, that has ended and is to be logged. Valid inside
 * {@link WorkerFilter#log} only. Confined to the event loop.
 */
public interface LoggedStream {
    /** What is known about it. */
    StreamInfo streamInfo();

    /** The request head; empty for a connection. */
    HeaderMap requestHeaders();

    /** The response head; null when there was none. */
    @Nullable HeaderMap responseHeaders();

    /** The response trailers; null when there were none. */
    @Nullable HeaderMap responseTrailers();
}
