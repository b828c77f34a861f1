package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Tls;
import io.postern.core.upstream.resilience.ResilienceGuard;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What the workers share of a cluster; equal to itself only. Thread-safe. */
final class SharedCluster {
    private final Cluster config;
    private final @Nullable ClusterTls tls;
    private final @Nullable ClusterTls[] matched;
    private final @Nullable ResilienceGuard guard;
    private final CircuitBreaker normal;
    private final CircuitBreaker high;
    private volatile @Nullable AskedHosts asked;
    private volatile @Nullable AskedNames names;

    SharedCluster(Cluster config, int workers) {
        this.config = config;
        this.tls = config.tls() == null ? null : new ClusterTls(config.tls(), config);
        this.matched = new ClusterTls[config.socketMatches().size()];
        for (int i = 0; i < matched.length; i++) {
            Tls.Upstream of = config.socketMatches().get(i).tls();
            matched[i] = of == null ? null : new ClusterTls(of, config);
        }
        this.guard = ResilienceGuard.of(config.resilience(), config.name(), Clock.systemUTC());
        this.normal = CircuitBreaker.of(config.circuitBreakers().normal(), workers);
        this.high = CircuitBreaker.of(config.circuitBreakers().high(), workers);
    }

    /** Null when nothing is configured. */
    @Nullable ResilienceGuard guard() {
        return guard;
    }

    /** Hosts that requests ask for by address; null: the cluster has its own. */
    @Nullable AskedHosts asked() {
        return asked;
    }

    /** Hosts that requests ask for by name; null: the cluster has its own. */
    @Nullable AskedNames names() {
        return names;
    }

    /** Set before a worker sees this. */
    void asked(AskedHosts hosts) {
        asked = hosts;
    }

    /** Set before a worker sees this. */
    void names(AskedNames hosts) {
        names = hosts;
    }

    Cluster config() {
        return config;
    }

    /** Its name in statistics. */
    String statName() {
        return config.altStatName().isEmpty() ? config.name() : config.altStatName();
    }

    /** Which of the socket matches an endpoint's connections are made by; -1: none. */
    int socketOf(Endpoint endpoint) {
        for (int i = 0; i < matched.length; i++) {
            if (config.socketMatches().get(i).fits(endpoint.socketLabels())) {
                return i;
            }
        }
        return -1;
    }

    /** TLS by {@link #socketOf}; null for plain text. */
    @Nullable ClusterTls tls(int socket) {
        return socket < 0 ? tls : matched[socket];
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
