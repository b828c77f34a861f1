package io.postern.core;

import io.postern.config.model.InternalRedirects;
import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.core.headers.StrictHeaders;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;

/**
 * A request on its way to a cluster: what is checked first, the time-outs that begin, the route's
 * changes of the head, and what changes with every try. Confined to the worker's event loop.
 */
final class Forwarding {
    private static final HeaderName IS_TIMEOUT_RETRY = HeaderName.of("x-envoy-is-timeout-retry");

    private final WorkerLoop worker;
    private final FlowParts parts;
    private final Mirrors mirrors;
    private final Redirects redirects;

    Forwarding(WorkerLoop worker, FlowParts parts) {
        this.worker = worker;
        this.parts = parts;
        this.mirrors = new Mirrors(worker);
        this.redirects = new Redirects(worker, parts);
    }

    /** Starts the first try, or answers why there is none. */
    void start(Exchange exchange, RouteDecision.Forward forward, boolean endOfStream) {
        WorkerCluster cluster = worker.findCluster(forward.cluster());
        if (cluster == null) {
            exchange.info.flag(ResponseFlag.NO_CLUSTER_FOUND);
            exchange.info.clusterName = "";
            exchange.localReply(
                    LocalReply.of(forward.action().clusterNotFoundStatus(), "cluster_not_found"));
            return;
        }
        HeaderMap head = exchange.requestHeaders();
        LocalReply refusal = StrictHeaders.refusal(head, parts.manager().router().checkedHeaders());
        if (refusal != null) {
            exchange.info.flag(ResponseFlag.INVALID_ENVOY_REQUEST_HEADERS);
            exchange.replyOnRoute(refusal);
            return;
        }
        if (Upgrades.isTunnel(head) && !Upgrades.allowed(head, parts.manager(), forward.action())) {
            exchange.replyOnRoute(RouteReplies.UPGRADE_FAILED);
            return;
        }
        Fraction dropped = cluster.dropped();
        if (dropped != null
                && worker.random().nextInt(dropped.denominator()) < dropped.numerator()) {
            drop(exchange, dropped.numerator() >= dropped.denominator());
            return;
        }
        start(exchange, forward.route(), forward.action(), cluster, endOfStream);
    }

    // Source: Envoy's Router::Filter::checkDropOverload.
    private void drop(Exchange exchange, boolean everything) {
        exchange.info.flag(
                everything ? ResponseFlag.UNCONDITIONAL_DROP_OVERLOAD : ResponseFlag.DROP_OVERLOAD);
        exchange.replyOnRoute(
                parts.routerHeaders()
                        .reply(everything ? RouteReplies.ALL_DROPPED : RouteReplies.DROPPED));
    }

    private void start(
            Exchange exchange,
            CompiledRoute route,
            RouteAction.Forward action,
            WorkerCluster cluster,
            boolean endOfStream) {
        HeaderMap head = exchange.requestHeaders();
        RetryPolicy policy =
                action.retryPolicy() == null
                        ? route.virtualHost().retryPolicy()
                        : action.retryPolicy();
        UpstreamTimes times = UpstreamTimes.of(parts.routerHeaders(), head, action, policy);
        exchange.timeouts.routeChosen(times);
        RetryRules rules = RetryRules.of(policy, head);
        var retries = new Retries(rules, cluster, action.highPriority(), worker.random());
        parts.routerHeaders().removeRouterHeaders(head);
        parts.routeHeaders(route).finalizeRequest(head, exchange, parts.scratch());
        parts.stats().upstreamStarted(cluster);
        WorkerCluster target = Upgrades.target(head, action, cluster, worker);
        var upstream = new UpstreamRequest(exchange, target, retries, action, times);
        exchange.upstream = upstream;
        if (!action.mirrors().isEmpty()) {
            upstream.companions()
                    .mirror(mirrors.start(action.mirrors(), head, endOfStream, times.routeNanos()));
        }
        upstream.start(endOfStream);
    }

    /** A try begins. */
    void beforeTry(Exchange exchange, UpstreamTimes times, Retries retries) {
        parts.routerHeaders()
                .setExpectedTimeout(
                        exchange.requestHeaders(),
                        times.routeMillis(),
                        hedges(exchange) ? 0 : times.perTryMillis(),
                        exchange.timeouts.routeElapsedMillis(),
                        times.ofGrpcAnswer());
        CompiledRoute route = exchange.route();
        if (route != null && route.virtualHost().includeRequestAttemptCount()) {
            parts.routerHeaders()
                    .setAttemptCount(exchange.requestHeaders(), exchange.info.attempts);
        }
        if (route != null && route.virtualHost().includeIsTimeoutRetry() && retries.retried()) {
            exchange.requestHeaders()
                    .set(IS_TIMEOUT_RETRY, retries.afterTimeout() ? "true" : "false");
        }
    }

    // The time of a try that is not ended when it is over is no promise.
    private static boolean hedges(Exchange exchange) {
        return exchange.decision instanceof RouteDecision.Forward(_, RouteAction.Forward action, _)
                && action.tries().hedges();
    }

    /** Whether the answer is a redirect that the gateway follows itself, and does. */
    boolean redirected(
            Exchange exchange,
            UpstreamRequest upstream,
            HeaderMap answer,
            InternalRedirects policy) {
        if (!policy.statuses().contains(Status.of(answer))) {
            return false;
        }
        boolean followed = redirects.follow(exchange, upstream.body(), answer, policy);
        parts.stats().redirected(upstream.cluster(), followed);
        return followed;
    }

    /** A host was chosen: the last change to the head. */
    void beforeUpstreamHead(Exchange exchange, UpstreamHost host) {
        if (exchange.decision instanceof RouteDecision.Forward(_, RouteAction.Forward action, _)
                && action.hostRewrite() instanceof RouteAction.HostRewrite.Auto
                && host.isNamed()) {
            parts.routerHeaders()
                    .rewriteHost(
                            exchange.requestHeaders(),
                            RouteReplies.octets(host.hostname()),
                            action.appendXForwardedHost());
        }
    }
}
