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
    PAUSE
}
