package io.postern.config.source.xds;

import io.postern.sdk.Metrics;

/** {@code control_plane.*}, with Envoy's names. Control thread. */
final class ControlPlaneStats {
    private final Metrics.Gauge connected;
    private int streams;

    ControlPlaneStats(Metrics metrics) {
        connected = metrics.gauge("control_plane.connected_state");
        metrics.gauge("control_plane.pending_requests").set(0);
        var _ = metrics.counter("control_plane.rate_limit_enforced");
    }

    void connected() {
        streams++;
        connected.set(1);
    }

    void disconnected() {
        streams--;
        connected.set(streams > 0 ? 1 : 0);
    }
}
