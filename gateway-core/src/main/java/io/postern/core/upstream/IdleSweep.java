package io.postern.core.upstream;

import io.postern.sdk.Worker;
import java.util.function.LongUnaryOperator;

/**
 * Closes pooled connections that were idle too long, with one timer per pool that is set at most
 * once per time-out, not once per request. Confined to the event loop.
 */
final class IdleSweep {
    private final Worker worker;
    private final long timeoutNanos;
    private final LongUnaryOperator closeIdleSince;
    private boolean scheduled;

    /**
     * @param timeoutNanos 0: never
     * @param closeIdleSince closes what is idle since that time or longer; returns since when the
     *     longest idle one of the rest is, Long.MAX_VALUE when there is none
     */
    IdleSweep(Worker worker, long timeoutNanos, LongUnaryOperator closeIdleSince) {
        this.worker = worker;
        this.timeoutNanos = timeoutNanos;
        this.closeIdleSince = closeIdleSince;
    }

    /** A connection is idle perhaps. */
    void watch(boolean isIdle) {
        if (isIdle && !scheduled && timeoutNanos > 0) {
            schedule(timeoutNanos);
        }
    }

    private void schedule(long delayNanos) {
        scheduled = true;
        worker.schedule(delayNanos, this::sweep);
    }

    private void sweep() {
        scheduled = false;
        long now = worker.monotonicNanos();
        long oldest = closeIdleSince.applyAsLong(now - timeoutNanos);
        if (oldest != Long.MAX_VALUE && !scheduled) {
            schedule(oldest + timeoutNanos - now);
        }
    }
}
