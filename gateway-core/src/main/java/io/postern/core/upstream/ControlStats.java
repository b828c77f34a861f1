package io.postern.core.upstream;

import io.postern.sdk.Worker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of what the control side does. Counters belong to workers, so the first worker that
 * joined counts; before that nothing is counted. Thread-safe.
 */
final class ControlStats {
    private final AtomicReference<@Nullable Worker> worker = new AtomicReference<>();

    /** The worker that counts, if there was none. */
    void use(Worker first) {
        worker.compareAndSet(null, first);
    }

    void add(String counter, long amount) {
        Worker counting = worker.get();
        if (counting != null) {
            counting.execute(() -> counting.metrics().counter(counter).add(amount));
        }
    }

    void set(String gauge, long value) {
        Worker counting = worker.get();
        if (counting != null) {
            counting.execute(() -> counting.metrics().gauge(gauge).set(value));
        }
    }
}
