package io.postern.core;

import io.postern.sdk.Metrics;

/** {@code listener_manager.*}, with Envoy's names. Control thread. */
final class ListenerTally {
    private final Metrics.Counter added;
    private final Metrics.Counter modified;
    private final Metrics.Counter removed;
    private final Metrics.Counter failed;
    private final Metrics.Gauge active;
    private final Metrics.Gauge draining;

    ListenerTally(Metrics metrics) {
        String prefix = "listener_manager.";
        added = metrics.counter(prefix + "listener_added");
        modified = metrics.counter(prefix + "listener_modified");
        removed = metrics.counter(prefix + "listener_removed");
        failed = metrics.counter(prefix + "listener_create_failure");
        active = metrics.gauge(prefix + "total_listeners_active");
        draining = metrics.gauge(prefix + "total_filter_chains_draining");
    }

    void added() {
        added.add(1);
    }

    void modified() {
        modified.add(1);
    }

    void removed() {
        removed.add(1);
    }

    void failed() {
        failed.add(1);
    }

    void active(int listeners, int drainingChains) {
        active.set(listeners);
        draining.set(drainingChains);
    }
}
