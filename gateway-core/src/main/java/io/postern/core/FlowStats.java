package io.postern.core;

import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.Metrics;
import io.postern.sdk.Metrics.Counter;
import io.postern.sdk.Metrics.Gauge;
import io.postern.sdk.Metrics.Histogram;
import java.util.HashMap;
import java.util.Map;

/**
 * The counters of requests, with Envoy's names, on one worker: {@code http.PREFIX.*} for clients
 * and {@code cluster.NAME.upstream_rq_*} for upstreams. Confined to the worker's event loop.
 */
final class FlowStats {
    private static final int[] USUAL_STATUSES = {
        200, 201, 204, 206, 301, 302, 304, 307, 308, 400, 401, 403, 404, 408, 409, 413, 429, 500,
        502, 503, 504
    };

    private final Metrics.Counter overloaded;
    private final Metrics.Counter keepaliveDisabled;
    private final Metrics metrics;
    private final Counter total;
    private final Counter http1;
    private final Counter http2;
    private final Counter completed;
    private final Counter noRoute;
    private final Counter noCluster;
    private final Counter timedOut;
    private final Counter idleTimedOut;
    private final Counter remoteReset;
    private final Gauge active;
    private final Counter connections;
    private final Gauge activeConnections;
    private final Histogram time;
    private final Counter[] classes = new Counter[6];
    private final Map<String, ClusterRequests> clusters = new HashMap<>();

    FlowStats(Metrics metrics, String statPrefix) {
        this.metrics = metrics;
        String prefix = "http." + statPrefix + ".";
        total = metrics.counter(prefix + "downstream_rq_total");
        http1 = metrics.counter(prefix + "downstream_rq_http1_total");
        http2 = metrics.counter(prefix + "downstream_rq_http2_total");
        completed = metrics.counter(prefix + "downstream_rq_completed");
        noRoute = metrics.counter(prefix + "no_route");
        overloaded = metrics.counter(prefix + "downstream_rq_overload_close");
        keepaliveDisabled = metrics.counter(prefix + "downstream_cx_overload_disable_keepalive");
        noCluster = metrics.counter(prefix + "no_cluster");
        timedOut = metrics.counter(prefix + "downstream_rq_timeout");
        idleTimedOut = metrics.counter(prefix + "downstream_rq_idle_timeout");
        remoteReset = metrics.counter(prefix + "downstream_rq_rx_reset");
        active = metrics.gauge(prefix + "downstream_rq_active");
        connections = metrics.counter(prefix + "downstream_cx_total");
        activeConnections = metrics.gauge(prefix + "downstream_cx_active");
        time = metrics.histogram(prefix + "downstream_rq_time");
        for (int i = 1; i <= 5; i++) {
            classes[i] = metrics.counter(prefix + "downstream_rq_" + i + "xx");
        }
    }

    void connected() {
        connections.add(1);
        activeConnections.add(1);
    }

    void disconnected() {
        activeConnections.add(-1);
    }

    void started(HttpConnection.Protocol protocol) {
        total.add(1);
        active.add(1);
        (protocol == HttpConnection.Protocol.HTTP_2 ? http2 : http1).add(1);
    }

    void ended(ExchangeInfo info) {
        active.add(-1);
        int status = info.status;
        if (status >= 100 && status < 600) {
            completed.add(1);
            classes[status / 100].add(1);
        }
        time.record(info.durationNanos() / 1_000_000);
        if (info.flags != 0) {
            countFlags(info);
        }
    }

    private void countFlags(ExchangeInfo info) {
        if (info.has(ResponseFlag.NO_ROUTE_FOUND)) {
            noRoute.add(1);
        }
        if (info.has(ResponseFlag.NO_CLUSTER_FOUND)) {
            noCluster.add(1);
        }
        if (info.has(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT)) {
            timedOut.add(1);
        }
        if (info.has(ResponseFlag.STREAM_IDLE_TIMEOUT)) {
            idleTimedOut.add(1);
        }
        if (info.has(ResponseFlag.DOWNSTREAM_REMOTE_RESET)) {
            remoteReset.add(1);
        }
    }

    void requestTimedOut(WorkerCluster cluster) {
        of(cluster).timedOut.add(1);
    }

    void upstreamStarted(WorkerCluster cluster) {
        ClusterRequests requests = of(cluster);
        requests.total.add(1);
        requests.active.add(1);
    }

    /** {@code status}: what is tried again for; 0: a failure without an answer. */
    void upstreamRetried(WorkerCluster cluster, boolean waitsAsAsked, int status) {
        RetryStats retries = of(cluster).retries;
        retries.retried.add(1);
        (waitsAsAsked ? retries.rateLimited : retries.exponential).add(1);
        if (status > 0) {
            retries.answer(status);
        }
    }

    void retryAnswered(WorkerCluster cluster) {
        of(cluster).retries.success.add(1);
    }

    void retryOverflowed(WorkerCluster cluster) {
        of(cluster).retries.overflow.add(1);
    }

    /** Postern's own protection, the cluster's or the route's, lets a try not through. */
    void heldBack(WorkerCluster cluster) {
        of(cluster).heldBack.add(1);
    }

    void redirected(WorkerCluster cluster, boolean followed) {
        RetryStats retries = of(cluster).retries;
        (followed ? retries.redirected : retries.notRedirected).add(1);
    }

    void retriesExhausted(WorkerCluster cluster) {
        of(cluster).retries.exhausted.add(1);
    }

    void tryTimedOut(WorkerCluster cluster, boolean idle) {
        RetryStats retries = of(cluster).retries;
        (idle ? retries.tryIdleTimeout : retries.tryTimeout).add(1);
    }

    void upstreamEnded(WorkerCluster cluster, int status, long nanos) {
        ClusterRequests requests = of(cluster);
        requests.active.add(-1);
        if (status >= 100 && status < 600) {
            requests.completed.add(1);
            requests.classes[status / 100].add(1);
            requests.status(status).add(1);
            requests.time.record(nanos / 1_000_000);
        }
    }

    private ClusterRequests of(WorkerCluster cluster) {
        String name = cluster.config().altStatName();
        ClusterRequests known = clusters.get(name);
        if (known == null) {
            known = new ClusterRequests(metrics, "cluster." + name + ".");
            clusters.put(name, known);
        }
        return known;
    }

    /** One cluster's request counters on this worker. */
    private static final class ClusterRequests {
        final Counter total;
        final Counter completed;
        final Counter timedOut;
        final RetryStats retries;
        final Counter heldBack;
        final Gauge active;
        final Histogram time;
        final Counter[] classes = new Counter[6];
        private final Counter[] statuses = new Counter[600];
        private final Counter other;

        ClusterRequests(Metrics metrics, String prefix) {
            total = metrics.counter(prefix + "upstream_rq_total");
            completed = metrics.counter(prefix + "upstream_rq_completed");
            timedOut = metrics.counter(prefix + "upstream_rq_timeout");
            retries = new RetryStats(metrics, prefix);
            heldBack = metrics.counter(prefix + "upstream_rq_held_back");
            active = metrics.gauge(prefix + "upstream_rq_active");
            time = metrics.histogram(prefix + "upstream_rq_time");
            other = metrics.counter(prefix + "upstream_rq_unknown");
            for (int i = 1; i <= 5; i++) {
                classes[i] = metrics.counter(prefix + "upstream_rq_" + i + "xx");
            }
            for (int status : USUAL_STATUSES) {
                statuses[status] = metrics.counter(prefix + "upstream_rq_" + status);
            }
        }

        // An upstream may answer with any status: only the usual ones have a counter of their own.
        Counter status(int status) {
            Counter counter = statuses[status];
            return counter == null ? other : counter;
        }
    }

    /** A request was refused by the overload manager. */
    void overloaded() {
        overloaded.add(1);
    }

    /** A connection ends after its streams, because of the overload manager. */
    void keepaliveDisabled() {
        keepaliveDisabled.add(1);
    }
}
