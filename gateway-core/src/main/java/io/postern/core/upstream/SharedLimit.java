package io.postern.core.upstream;

import io.postern.sdk.Metrics.Gauge;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker's threshold, which counts for the whole process as in Envoy. Thread-safe.
 *
 * <p>Workers lease permits in batches and keep a few, so that a busy worker rarely touches what is
 * shared. A batch is a 32nd of a worker's share: below 64 permits per worker it is 1 and the limit
 * exact; above, one worker can find the limit reached while the others hold at most a 16th of it
 * unused. The limit is never exceeded.
 */
final class SharedLimit {
    private static final int BATCHES_PER_SHARE = 32;

    private final int limit;
    private final AtomicInteger free;
    private final int batch;

    SharedLimit(int limit, int workers) {
        this.limit = limit;
        free = new AtomicInteger(limit);
        batch = Math.max(1, limit / (BATCHES_PER_SHARE * workers));
    }

    /** One worker's view, with its own leased permits. */
    OnWorker onWorker(LimitGauges gauges) {
        Gauge remaining = gauges.remaining();
        if (remaining != null) {
            remaining.set(limit);
        }
        gauges.open().set(limit == 0 ? 1 : 0);
        return new OnWorker(this, gauges);
    }

    /** Permits that no worker holds. */
    int free() {
        return free.get();
    }

    private int lease() {
        int available = free.get();
        while (available > 0) {
            int taken = Math.min(batch, available);
            int seen = free.compareAndExchange(available, available - taken);
            if (seen == available) {
                return taken;
            }
            available = seen;
        }
        return 0;
    }

    /** Confined to the event loop. */
    static final class OnWorker {
        private final SharedLimit shared;
        private final int keep;
        private final Gauge open;
        private final @Nullable Gauge remaining;
        private boolean full;
        private int spare;
        private int over;

        private OnWorker(SharedLimit shared, LimitGauges gauges) {
            this.shared = shared;
            this.keep = shared.batch - 1;
            this.open = gauges.open();
            this.remaining = gauges.remaining();
        }

        /** Takes a permit; false when the limit is reached. */
        boolean tryAcquire() {
            if (spare == 0) {
                spare = shared.lease();
                if (spare == 0) {
                    return false;
                }
            }
            spare--;
            if (spare == 0 && shared.free.get() == 0) {
                full = true;
                open.set(1);
            }
            if (remaining != null) {
                remaining.add(-1);
            }
            return true;
        }

        /** Takes a permit beyond the limit. */
        void acquireOver() {
            over++;
        }

        /** Gives one permit back. */
        void release() {
            if (over > 0) {
                over--;
                return;
            }
            spare++;
            if (full) {
                full = false;
                open.set(0);
            }
            if (remaining != null) {
                remaining.add(1);
            }
            if (spare > keep + keep) {
                shared.free.addAndGet(spare - keep);
                spare = keep;
            }
        }
    }
}
