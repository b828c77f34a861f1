package io.postern.core.upstream;

import java.util.concurrent.atomic.AtomicInteger;

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

    private final AtomicInteger free;
    private final int batch;

    SharedLimit(int limit, int workers) {
        free = new AtomicInteger(limit);
        batch = Math.max(1, limit / (BATCHES_PER_SHARE * workers));
    }

    /** One worker's view, with its own leased permits. */
    OnWorker onWorker() {
        return new OnWorker(this);
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
        private int spare;
        private int over;

        private OnWorker(SharedLimit shared) {
            this.shared = shared;
            this.keep = shared.batch - 1;
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
            if (spare > keep + keep) {
                shared.free.addAndGet(spare - keep);
                spare = keep;
            }
        }
    }
}
