package io.postern.sdk;

/**
 * An HTTP filter at work on one stream. Made by {@link WorkerFilter#newFilter} when the request
 * head has arrived; every method is called on the stream's event loop and must not block.
 *
 * <p>Request callbacks run in the configured order, response callbacks in reverse. A filter answers
 * the request itself with {@link FilterCallbacks#sendLocalReply}; what it returns after that does
 * not matter. Headers may be changed in their own callback and while paused on it, not later.
 */
public interface Filter {
    /** The request head arrived; {@code endOfStream}: no body and no trailers follow. */
    default FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** Request body arrived; {@code body} holds what was paused before and the new bytes. */
    default FilterStatus onRequestBody(Body body, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** The request ended with trailers. */
    default FilterStatus onRequestTrailers(HeaderMap trailers) {
        return FilterStatus.CONTINUE;
    }

    /** The response head arrived, from the upstream or from a local reply. */
    default FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** Response body arrived; {@code body} holds what was paused before and the new bytes. */
    default FilterStatus onResponseBody(Body body, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** The response ended with trailers. */
    default FilterStatus onResponseTrailers(HeaderMap trailers) {
        return FilterStatus.CONTINUE;
    }

    /** The stream ended, well or not; headers and stream info can still be read. Called once. */
    default void onLog() {}

    /** The last callback: let go of everything. Called exactly once, after {@link #onLog()}. */
    default void onDestroy() {}
}
