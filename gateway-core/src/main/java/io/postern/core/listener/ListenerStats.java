package io.postern.core.listener;

import io.postern.sdk.Metrics;

/** {@code listener.ADDRESS.*}, with Envoy's names, on one worker. Confined to its event loop. */
final class ListenerStats {
    private final Metrics.Counter total;
    private final Metrics.Gauge active;
    private final Metrics.Counter noFilterChain;

    ListenerStats(Metrics metrics, String address) {
        String prefix = "listener." + address.replace(':', '_') + ".";
        total = metrics.counter(prefix + "downstream_cx_total");
        active = metrics.gauge(prefix + "downstream_cx_active");
        noFilterChain = metrics.counter(prefix + "no_filter_chain_match");
    }

    void accepted() {
        total.add(1);
        active.add(1);
    }

    void closed() {
        active.add(-1);
    }

    void noFilterChain() {
        noFilterChain.add(1);
    }
}
