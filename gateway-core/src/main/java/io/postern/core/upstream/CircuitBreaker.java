package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.sdk.Metrics;

/**
 * The thresholds of one priority, shared by all workers. Thread-safe.
 *
 * <p>Source: {@code envoy.config.cluster.v3.CircuitBreakers}.
 */
record CircuitBreaker(
        SharedLimit connections,
        SharedLimit pending,
        SharedLimit requests,
        RetryPermits retries,
        boolean trackRemaining,
        long connectionsPerHost) {
    static CircuitBreaker of(Cluster.Thresholds thresholds, int workers) {
        Long perHost = thresholds.maxConnectionsPerHost();
        return new CircuitBreaker(
                new SharedLimit(thresholds.maxConnections(), workers),
                new SharedLimit(thresholds.maxPendingRequests(), workers),
                new SharedLimit(thresholds.maxRequests(), workers),
                new RetryPermits(thresholds.maxRetries(), thresholds.retryBudget()),
                thresholds.trackRemaining(),
                perHost == null ? Long.MAX_VALUE : perHost);
    }

    /**
     * One worker's view.
     *
     * @param prefix of the gauges: {@code cluster.NAME.circuit_breakers.default.}
     */
    OnWorker onWorker(Metrics metrics, String prefix) {
        return new OnWorker(
                connections.onWorker(gauges(metrics, prefix, "cx_open", "remaining_cx")),
                pending.onWorker(gauges(metrics, prefix, "rq_pending_open", "remaining_pending")),
                requests.onWorker(gauges(metrics, prefix, "rq_open", "remaining_rq")),
                retries.onWorker(gauges(metrics, prefix, "rq_retry_open", "remaining_retries")),
                connectionsPerHost);
    }

    private LimitGauges gauges(Metrics metrics, String prefix, String open, String remaining) {
        return new LimitGauges(
                metrics.gauge(prefix + open),
                trackRemaining ? metrics.gauge(prefix + remaining) : null);
    }

    /** One worker's view. Confined to the event loop. */
    record OnWorker(
            SharedLimit.OnWorker connections,
            SharedLimit.OnWorker pending,
            SharedLimit.OnWorker requests,
            RetryPermits.OnWorker retries,
            long connectionsPerHost) {}
}
