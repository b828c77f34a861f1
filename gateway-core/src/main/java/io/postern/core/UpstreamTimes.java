package io.postern.core;

import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.Lifetime;
import io.postern.core.headers.GrpcTimeouts;
import io.postern.core.headers.RouterHeaders;
import io.postern.core.route.GrpcRequest;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of one request: the route's, unless the request's x-envoy or grpc-timeout headers
 * say otherwise (Envoy's FilterUtility::finalTimeout). Zero is none; a negative idle or duration is
 * "not given".
 *
 * @param ofGrpcAnswer whether max_grpc_timeout holds: tries tell it as grpc-timeout, too
 */
record UpstreamTimes(
        long routeMillis,
        long perTryMillis,
        long idleNanos,
        long durationNanos,
        boolean ofGrpcAnswer) {
    static UpstreamTimes of(
            RouterHeaders rules,
            HeaderMap head,
            RouteAction.Forward action,
            @Nullable RetryPolicy policy) {
        long route = rules.takeTimeoutMillis(head, routeMillis(action, head));
        long configured = policy == null ? 0 : policy.perTryTimeout().toMillis();
        long perTry = rules.takePerTryTimeoutMillis(head, configured, route);
        return new UpstreamTimes(
                route,
                perTry,
                nanos(action.idleTimeout()),
                durationNanos(action, head),
                action.lifetime() instanceof Lifetime.OfGrpcAnswer && GrpcRequest.isGrpc(head));
    }

    private static long routeMillis(RouteAction.Forward action, HeaderMap head) {
        return switch (action.lifetime()) {
            case null -> action.timeout().toMillis();
            case Lifetime.OfStream _ -> 0;
            case Lifetime.OfGrpcAnswer(var grpc) ->
                    GrpcRequest.isGrpc(head)
                            ? TimeUnit.NANOSECONDS.toMillis(GrpcTimeouts.ofAnswer(head, grpc))
                            : action.timeout().toMillis();
        };
    }

    private static long durationNanos(RouteAction.Forward action, HeaderMap head) {
        return switch (action.lifetime()) {
            case Lifetime.OfStream(var max, var grpc) -> {
                long asked = grpc == null ? -1 : GrpcTimeouts.ofStream(head, grpc);
                yield asked >= 0 ? asked : nanos(max);
            }
            case Lifetime.OfGrpcAnswer _ -> -1;
            case null -> -1;
        };
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
