package io.postern.core.upstream.health;

import io.postern.sdk.Metrics;
import io.postern.sdk.Metrics.Counter;
import io.postern.sdk.Metrics.Gauge;

/** {@code cluster.NAME.health_check.*}. Confined to the event loop. */
final class HealthStats {
    private final Counter attempt;
    private final Counter success;
    private final Counter failure;
    private final Counter networkFailure;
    private final Gauge healthy;
    private final Gauge degraded;

    HealthStats(Metrics metrics, String cluster) {
        String prefix = "cluster." + cluster + ".health_check.";
        attempt = metrics.counter(prefix + "attempt");
        success = metrics.counter(prefix + "success");
        failure = metrics.counter(prefix + "failure");
        networkFailure = metrics.counter(prefix + "network_failure");
        healthy = metrics.gauge(prefix + "healthy");
        degraded = metrics.gauge(prefix + "degraded");
        metrics.counter(prefix + "passive_failure");
        metrics.counter(prefix + "verify_cluster");
    }

    void attempt() {
        attempt.add(1);
    }

    void result(Outcome outcome) {
        if (outcome.isSuccess()) {
            success.add(1);
        } else {
            failure.add(1);
            networkFailure.add(outcome.isNetwork() ? 1 : 0);
        }
    }

    void count(Health before, Health now) {
        healthy.add((now.healthy() ? 1 : 0) - (before.healthy() ? 1 : 0));
        degraded.add((now.degraded() ? 1 : 0) - (before.degraded() ? 1 : 0));
    }
}
