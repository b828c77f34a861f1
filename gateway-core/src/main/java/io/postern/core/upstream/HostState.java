package io.postern.core.upstream;

import io.postern.core.upstream.outlier.OutlierMonitor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the process remembers of a host while its address stays: counters, health flags and since
 * when it serves. Thread-safe.
 */
final class HostState {
    private final HostTally tally;
    private final AtomicInteger flags = new AtomicInteger();
    private volatile long servingSinceNanos;

    private final @Nullable OutlierMonitor monitor;

    /** {@code monitor}: null without outlier detection. */
    HostState(int workers, long nowNanos, @Nullable OutlierMonitor monitor) {
        this.tally = new HostTally(workers);
        this.monitor = monitor;
        this.servingSinceNanos = nowNanos;
    }

    HostTally tally() {
        return tally;
    }

    @Nullable OutlierMonitor monitor() {
        return monitor;
    }

    /** Flags that checks have set; those of the configuration are not among them. */
    int flags() {
        return flags.get();
    }

    /** Sets and clears flags; false when they were so before. */
    boolean change(int set, int clear) {
        int before = flags.getAndUpdate(now -> (now & ~clear) | set);
        return ((before & ~clear) | set) != before;
    }

    /** Since when it gets requests, for slow start; of System.nanoTime's clock. */
    long servingSinceNanos() {
        return servingSinceNanos;
    }

    void servesSince(long nanos) {
        servingSinceNanos = nanos;
    }
}
