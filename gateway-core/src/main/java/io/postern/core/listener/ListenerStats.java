package io.postern.core.listener;

import io.postern.sdk.Metrics;
import java.util.concurrent.atomic.AtomicLong;

/** {@code listener.ADDRESS.*}, with Envoy's names, on one worker. Confined to its event loop. */
final class ListenerStats {
    private final Metrics.Counter total;
    private final Metrics.Gauge active;
    private final Metrics.Counter rejected;
    private final Metrics.Counter overflowed;
    private final Metrics.Counter noFilterChain;
    private final Metrics.Counter tooSlow;
    private final AtomicLong ever;

    /**
     * @param ever counts the same over all workers, for who must not read all metrics to know it
     */
    ListenerStats(Metrics metrics, String address, AtomicLong ever) {
        this.ever = ever;
        String prefix = "listener." + address.replace(':', '_') + ".";
        total = metrics.counter(prefix + "downstream_cx_total");
        active = metrics.gauge(prefix + "downstream_cx_active");
        rejected = metrics.counter(prefix + "downstream_cx_overload_reject");
        overflowed = metrics.counter(prefix + "downstream_global_cx_overflow");
        tooSlow = metrics.counter(prefix + "downstream_pre_cx_timeout");
        noFilterChain = metrics.counter(prefix + "no_filter_chain_match");
    }

    void accepted() {
        total.add(1);
        ever.incrementAndGet();
        active.add(1);
    }

    void closed() {
        active.add(-1);
    }

    void rejected() {
        rejected.add(1);
    }

    void overflowed() {
        overflowed.add(1);
    }

    void tooSlow() {
        tooSlow.add(1);
    }

    void noFilterChain() {
        noFilterChain.add(1);
    }
}
