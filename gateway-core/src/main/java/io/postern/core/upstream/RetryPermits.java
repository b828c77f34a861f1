package io.postern.core.upstream;

import io.postern.config.model.Cluster.RetryBudget;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many retries there may be at a time: a fixed number, or a share of the requests that are open
 * or waiting. Retries are rare enough for one shared counter. Thread-safe.
 *
 * <p>Source: {@code max_retries} and {@code retry_budget} of Envoy's circuit breakers.
 */
final class RetryPermits {
    private final int fixed;
    private final @Nullable RetryBudget budget;
    private final AtomicInteger taken = new AtomicInteger();

    /** {@code budget}: null: {@code fixed} it is. */
    RetryPermits(int fixed, @Nullable RetryBudget budget) {
        this.fixed = fixed;
        this.budget = budget;
    }

    OnWorker onWorker(LimitGauges gauges) {
        var remaining = gauges.remaining();
        if (remaining != null && budget == null) {
            remaining.set(fixed);
        }
        return new OnWorker(this, gauges);
    }

    private int most(ClusterStats stats) {
        RetryBudget share = budget;
        if (share == null) {
            return fixed;
        }
        long requests = stats.rqActive.value() + stats.rqPendingActive.value();
        return (int) Math.max(share.minimumConcurrency(), share.percent() / 100 * requests);
    }

    /** Confined to the event loop. */
    static final class OnWorker {
        private final RetryPermits shared;
        private final LimitGauges gauges;

        private OnWorker(RetryPermits shared, LimitGauges gauges) {
            this.shared = shared;
            this.gauges = gauges;
        }

        /** Takes a permit; false when the limit is reached. */
        boolean tryAcquire(ClusterStats stats) {
            int most = shared.most(stats);
            int now = shared.taken.incrementAndGet();
            if (now > most) {
                shared.taken.decrementAndGet();
                return false;
            }
            show(most, now);
            return true;
        }

        /** Gives one permit back. */
        void release() {
            show(Integer.MAX_VALUE, shared.taken.decrementAndGet());
        }

        private void show(int most, int now) {
            gauges.open().set(now >= most ? 1 : 0);
            var remaining = gauges.remaining();
            if (remaining != null && shared.budget == null) {
                remaining.set(Math.max(0, shared.fixed - now));
            }
        }
    }
}
