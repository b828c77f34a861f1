package io.postern.core;

import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RouteAction;
import io.postern.core.headers.RouterHeaders;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of one request: the route's, unless the request's x-envoy headers say otherwise
 * (Envoy's FilterUtility::finalTimeout). Zero is none; a negative idle or duration is "not given".
 */
record UpstreamTimes(long routeMillis, long perTryMillis, long idleNanos, long durationNanos) {
    static UpstreamTimes of(
            RouterHeaders rules,
            HeaderMap head,
            RouteAction.Forward action,
            @Nullable RetryPolicy policy) {
        long route = rules.takeTimeoutMillis(head, action.timeout().toMillis());
        long configured = policy == null ? 0 : policy.perTryTimeout().toMillis();
        long perTry = rules.takePerTryTimeoutMillis(head, configured, route);
        return new UpstreamTimes(
                route, perTry, nanos(action.idleTimeout()), nanos(action.maxStreamDuration()));
    }

    long routeNanos() {
        return TimeUnit.MILLISECONDS.toNanos(routeMillis);
    }

    long perTryNanos() {
        return TimeUnit.MILLISECONDS.toNanos(perTryMillis);
    }

    private static long nanos(@Nullable Duration duration) {
        return duration == null ? -1 : duration.toNanos();
    }
}
