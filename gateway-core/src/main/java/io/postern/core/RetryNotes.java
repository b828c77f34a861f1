package io.postern.core;

import io.postern.core.upstream.WorkerCluster;

/** Counts and flags what becomes of one request's retries. Confined to the event loop. */
final class RetryNotes {
    private final Exchange exchange;
    private final WorkerCluster cluster;
    private final Retries retries;

    RetryNotes(Exchange exchange, WorkerCluster cluster, Retries retries) {
        this.exchange = exchange;
        this.cluster = cluster;
        this.retries = retries;
    }

    private FlowStats stats() {
        return exchange.flow.parts().stats();
    }

    /**
     * Takes a retry; false when the circuit breaker has none left.
     *
     * @param status of the response that it is for; 0: there was none
     */
    boolean take(int status) {
        if (!retries.take()) {
            exchange.info.flag(ResponseFlag.UPSTREAM_OVERFLOW);
            stats().retryOverflowed(cluster);
            return false;
        }
        stats().upstreamRetried(cluster, retries.waitsAsAsked(), status);
        return true;
    }

    /** There is an answer. */
    void answered() {
        over();
        if (retries.retried() && !retries.exhausted()) {
            stats().retryAnswered(cluster);
        }
    }

    /** No more tries. */
    void over() {
        if (retries.exhausted()) {
            exchange.info.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
            stats().retriesExhausted(cluster);
        }
    }
}
