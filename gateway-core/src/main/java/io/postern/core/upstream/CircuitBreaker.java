package io.postern.core.upstream;

import io.postern.config.model.Cluster;

/**
 * The thresholds of one priority, shared by all workers. Thread-safe.
 *
 * <p>Source: {@code envoy.config.cluster.v3.CircuitBreakers}.
 */
record CircuitBreaker(
        SharedLimit connections, SharedLimit pending, SharedLimit requests, SharedLimit retries) {
    static CircuitBreaker of(Cluster.Thresholds thresholds, int workers) {
        return new CircuitBreaker(
                new SharedLimit(thresholds.maxConnections(), workers),
                new SharedLimit(thresholds.maxPendingRequests(), workers),
                new SharedLimit(thresholds.maxRequests(), workers),
                new SharedLimit(thresholds.maxRetries(), workers));
    }

    OnWorker onWorker() {
        return new OnWorker(
                connections.onWorker(),
                pending.onWorker(),
                requests.onWorker(),
                retries.onWorker());
    }

    /** One worker's view. Confined to the event loop. */
    record OnWorker(
            SharedLimit.OnWorker connections,
            SharedLimit.OnWorker pending,
            SharedLimit.OnWorker requests,
            SharedLimit.OnWorker retries) {}
}
