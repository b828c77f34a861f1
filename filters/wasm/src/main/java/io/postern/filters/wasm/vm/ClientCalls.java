package io.postern.filters.wasm.vm;

import io.postern.sdk.Metrics;

/** Whether a plugin's clients have had its code compiled by now. On any thread. */
final class ClientCalls {
    /** Those of some 4,000 requests. */
    private static final int ENOUGH = 20_000;

    private final Metrics.Counter calls;
    private final long before;

    /** From now on. */
    ClientCalls(Metrics.Counter calls) {
        this.calls = calls;
        this.before = calls.value();
    }

    boolean haveWarmed() {
        return calls.value() - before >= ENOUGH;
    }
}
