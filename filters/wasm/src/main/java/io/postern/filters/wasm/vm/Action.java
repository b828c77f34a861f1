package io.postern.filters.wasm.vm;

import io.postern.sdk.FilterStatus;

/**
 * What callbacks of a guest return, and what the filter chain does then. Source: {@code
 * FilterHeadersStatus}, {@code FilterDataStatus} and {@code FilterTrailersStatus} of the Proxy-Wasm
 * SDKs, as Envoy's host reads them: a number that it does not know is the strictest pause.
 */
final class Action {
    static final int CONTINUE = 0;
    private static final int STOP_ITERATION = 1;
    private static final int CONTINUE_AND_END_STREAM = 2; // Envoy: just continue
    private static final int STOP_ITERATION_NO_BUFFER = 3;

    private Action() {}

    /** {@code stopIteration}: whether 1 stops the head only, and body callbacks go on. */
    static FilterStatus ofHeaders(int action, boolean stopIteration) {
        return switch (action) {
            case CONTINUE, CONTINUE_AND_END_STREAM -> FilterStatus.CONTINUE;
            case STOP_ITERATION -> stopIteration ? FilterStatus.PAUSE_HEADERS : FilterStatus.PAUSE;
            default -> FilterStatus.PAUSE;
        };
    }

    /** Of a body or trailers callback. */
    static FilterStatus ofData(int action) {
        return action == CONTINUE ? FilterStatus.CONTINUE : FilterStatus.PAUSE;
    }

    /** Whether the bytes just shown are not kept while the stream pauses. */
    static boolean drops(int action) {
        return action < CONTINUE || action >= STOP_ITERATION_NO_BUFFER;
    }
}
