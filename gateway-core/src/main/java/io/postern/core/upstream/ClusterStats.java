package io.postern.core.upstream;

import io.postern.sdk.Metrics;
import io.postern.sdk.Metrics.Counter;
import io.postern.sdk.Metrics.Gauge;
import io.postern.sdk.Metrics.Histogram;

/**
 * What a cluster's pools count on one worker, by Envoy's names. Request counters
 * (upstream_rq_total, upstream_rq_2xx …) are the request flow's. Confined to the event loop.
 */
final class ClusterStats {
    final Counter cxTotal;
    final Counter cxHttp1Total;
    final Counter cxHttp2Total;
    final Counter cxConnectFail;
    final Counter cxConnectTimeout;
    final Counter cxDestroy;
    final Counter cxDestroyWithActiveRq;
    final Counter cxOverflow;
    final Counter cxIdleTimeout;
    final Counter cxMaxRequests;
    final Counter cxMaxDuration;
    final Counter cxNoneHealthy;
    final Counter rqPendingTotal;
    final Counter rqPendingOverflow;
    final Counter rqPendingFailureEject;
    final Counter rqCancelled;
    final Counter membershipChange;
    final Gauge cxActive;
    final Gauge rqPendingActive;
    final Gauge membershipTotal;
    final Gauge membershipHealthy;
    final Gauge membershipDegraded;
    final Gauge membershipExcluded;
    final Gauge rqActive;
    final Counter panics;
    final Histogram rqPerCx;
    final Histogram cxConnectMs;
    final Histogram cxLengthMs;

    ClusterStats(Metrics metrics, String cluster) {
        String prefix = "cluster." + cluster + ".";
        cxTotal = metrics.counter(prefix + "upstream_cx_total");
        cxHttp1Total = metrics.counter(prefix + "upstream_cx_http1_total");
        cxHttp2Total = metrics.counter(prefix + "upstream_cx_http2_total");
        cxConnectFail = metrics.counter(prefix + "upstream_cx_connect_fail");
        cxConnectTimeout = metrics.counter(prefix + "upstream_cx_connect_timeout");
        cxDestroy = metrics.counter(prefix + "upstream_cx_destroy");
        cxDestroyWithActiveRq = metrics.counter(prefix + "upstream_cx_destroy_with_active_rq");
        cxOverflow = metrics.counter(prefix + "upstream_cx_overflow");
        cxIdleTimeout = metrics.counter(prefix + "upstream_cx_idle_timeout");
        cxMaxRequests = metrics.counter(prefix + "upstream_cx_max_requests");
        cxMaxDuration = metrics.counter(prefix + "upstream_cx_max_duration_reached");
        cxNoneHealthy = metrics.counter(prefix + "upstream_cx_none_healthy");
        rqPendingTotal = metrics.counter(prefix + "upstream_rq_pending_total");
        rqPendingOverflow = metrics.counter(prefix + "upstream_rq_pending_overflow");
        rqPendingFailureEject = metrics.counter(prefix + "upstream_rq_pending_failure_eject");
        rqCancelled = metrics.counter(prefix + "upstream_rq_cancelled");
        membershipChange = metrics.counter(prefix + "membership_change");
        cxActive = metrics.gauge(prefix + "upstream_cx_active");
        rqPendingActive = metrics.gauge(prefix + "upstream_rq_pending_active");
        membershipTotal = metrics.gauge(prefix + "membership_total");
        membershipHealthy = metrics.gauge(prefix + "membership_healthy");
        membershipDegraded = metrics.gauge(prefix + "membership_degraded");
        membershipExcluded = metrics.gauge(prefix + "membership_excluded");
        rqActive = metrics.gauge(prefix + "upstream_rq_active");
        panics = metrics.counter(prefix + "lb_healthy_panic");
        rqPerCx = metrics.histogram(prefix + "upstream_rq_per_cx");
        cxConnectMs = metrics.histogram(prefix + "upstream_cx_connect_ms");
        cxLengthMs = metrics.histogram(prefix + "upstream_cx_length_ms");
    }

    /** A connection is being made; with ALPN its version is counted when it is known. */
    void onConnecting(Offer offer) {
        cxTotal.add(1);
        cxActive.add(1);
        switch (offer) {
            case HTTP1 -> cxHttp1Total.add(1);
            case HTTP2 -> cxHttp2Total.add(1);
            case EITHER -> {}
        }
    }
}
