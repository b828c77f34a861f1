package io.postern.core;

import io.postern.sdk.Metrics;
import io.postern.sdk.Metrics.Counter;

/** A cluster's counters of tries and retries on one worker. Confined to the event loop. */
final class RetryStats {
    final Counter retried;
    final Counter exponential;
    final Counter rateLimited;
    final Counter success;
    final Counter overflow;
    final Counter exhausted;
    final Counter tryTimeout;
    final Counter tryIdleTimeout;
    final Counter redirected;
    final Counter notRedirected;
    private final Metrics metrics;
    private final String prefix;

    /** {@code prefix}: {@code cluster.NAME.}. */
    RetryStats(Metrics metrics, String prefix) {
        this.metrics = metrics;
        this.prefix = prefix;
        retried = metrics.counter(prefix + "upstream_rq_retry");
        exponential = metrics.counter(prefix + "upstream_rq_retry_backoff_exponential");
        rateLimited = metrics.counter(prefix + "upstream_rq_retry_backoff_ratelimited");
        success = metrics.counter(prefix + "upstream_rq_retry_success");
        overflow = metrics.counter(prefix + "upstream_rq_retry_overflow");
        exhausted = metrics.counter(prefix + "upstream_rq_retry_limit_exceeded");
        tryTimeout = metrics.counter(prefix + "upstream_rq_per_try_timeout");
        redirected = metrics.counter(prefix + "upstream_internal_redirect_succeeded_total");
        notRedirected = metrics.counter(prefix + "upstream_internal_redirect_failed_total");
        tryIdleTimeout = metrics.counter(prefix + "upstream_rq_per_try_idle_timeout");
    }

    /** An answer that is not given to the client, since the request is tried again. */
    void answer(int status) {
        if (status >= 100 && status < 600) {
            metrics.counter(prefix + "retry.upstream_rq_" + status / 100 + "xx").add(1);
            metrics.counter(prefix + "retry.upstream_rq_completed").add(1);
        }
    }
}
