package io.postern.sdk;

/** What the filter chain does after a callback of a {@link Filter}. */
public enum FilterStatus {
    /** Hand everything that this filter holds to the next filter. */
    CONTINUE,

    /**
     * Hand nothing on until {@link FilterCallbacks#resumeRequest()} or {@code resumeResponse()}, or
     * until a later callback of the same direction returns {@link #CONTINUE}.
     *
     * <p>After pausing on headers the filter gets no body until it resumes (Envoy's
     * StopAllIterationAndWatermark): the peer is stopped by flow control. After pausing on body the
     * filter is called again with the held bytes and the new ones (StopIterationAndBuffer): over
     * the buffer limit a request is answered 413 and a response is replaced by 500.
     */
    PAUSE,

    /**
     * Only from a header callback, for a filter that decides with the body in hand: hand the head
     * on later, but go on calling this filter with body and trailers (Envoy's StopIteration). While
     * the head is held the body is, too: {@link #PAUSE} from the body callback collects it, {@link
     * #CONTINUE} from a body or trailers callback, or {@code resumeRequest()} and {@code
     * resumeResponse()}, hand on the head and all that follows. Until then the head may be changed.
     * Without body and trailers it is the same as PAUSE.
     */
    PAUSE_HEADERS
}
