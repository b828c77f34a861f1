package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import org.jspecify.annotations.Nullable;

/** What the workers share of a cluster; equal to itself only. Thread-safe. */
final class SharedCluster {
    private final Cluster config;
    private final @Nullable ClusterTls tls;
    private final CircuitBreaker normal;
    private final CircuitBreaker high;

    SharedCluster(Cluster config, int workers) {
        this.config = config;
        this.tls = config.tls() == null ? null : new ClusterTls(config.tls(), config.protocol());
        this.normal = CircuitBreaker.of(config.circuitBreakers().normal(), workers);
        this.high = CircuitBreaker.of(config.circuitBreakers().high(), workers);
    }

    Cluster config() {
        return config;
    }

    /** Its name in statistics. */
    String statName() {
        return config.altStatName().isEmpty() ? config.name() : config.altStatName();
    }

    /** Null for plain text. */
    @Nullable ClusterTls tls() {
        return tls;
    }

    /** Thresholds of requests of default priority. */
    CircuitBreaker normal() {
        return normal;
    }

    /** Thresholds of requests of high priority. */
    CircuitBreaker high() {
        return high;
    }
}
