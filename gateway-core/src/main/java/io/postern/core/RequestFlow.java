package io.postern.core;

import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RouteAction;
import io.postern.core.filter.FilterChain;
import io.postern.core.headers.RequestHeaders;
import io.postern.core.headers.Upgrade;
import io.postern.core.headers.Verdict;
import io.postern.core.http.HttpConnection;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.WorkerFilter;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request, step by step:
 *
 * <pre>
 *  received -> route -> filter -> forward -> (upstream) -> respond -> send -> ended
 *                         ^          |                        ^
 *                         +-- re-route after clearRouteCache  +-- reply: the gateway's own answers
 * </pre>
 *
 * Each step is a method, in this order; the state is in {@link Exchange}. One flow serves the
 * connections of one HTTP connection manager on one worker. Confined to the worker's event loop.
 */
public final class RequestFlow {
    private final WorkerLoop worker;
    private final FlowParts parts;

    RequestFlow(WorkerLoop worker, FlowParts parts) {
        this.worker = worker;
        this.parts = parts;
    }

    // 1. The head has arrived: make it fit to be routed, or refuse it.
    void received(Exchange exchange, boolean endOfStream) {
        HeaderMap head = exchange.requestHeaders();
        RequestHeaders rules = parts.requestHeaders();
        Verdict verdict = rules.normalize(head, exchange.peer());
        if (verdict != Verdict.CONTINUE) {
            if (verdict == Verdict.REJECT_PATH) {
                endHttp1(exchange);
            }
            exchange.localReply(RouteReplies.refused(verdict, head));
            return;
        }
        exchange.info.remoteAddress = rules.sanitize(head, exchange.peer());
        route(exchange);
        filter(exchange, endOfStream);
    }

    // The head could not even be parsed.
    void invalid(Exchange exchange, int status, String details) {
        exchange.client.connection().drain();
        exchange.localReply(RouteReplies.invalid(status, details));
    }

    // After a refused target the rest of an HTTP/1 connection is not trusted; an HTTP/2 stream
    // does not touch its neighbours.
    private static void endHttp1(Exchange exchange) {
        HttpConnection connection = exchange.client.connection();
        if (connection.protocol() != HttpConnection.Protocol.HTTP_2) {
            connection.drain();
        }
    }

    // 2. Choose the route: a pure function of the route table and the head.
    private void route(Exchange exchange) {
        RouteDecision decision =
                parts.routes()
                        .decide(
                                exchange.requestHeaders(),
                                worker.random().nextLong(),
                                exchange.client.connection().tls());
        exchange.decision = decision;
        CompiledRoute route = routeOf(decision);
        exchange.info.routeName = route == null ? "" : route.route().name();
        exchange.info.virtualHostName = route == null ? "" : route.virtualHost().name();
        exchange.info.clusterName =
                decision instanceof RouteDecision.Forward(_, _, String cluster) ? cluster : "";
    }

    // 3. The filters of that route see the request; none configured: straight on.
    private void filter(Exchange exchange, boolean endOfStream) {
        WorkerFilter[] filters = parts.filters().filtersOf(routeOf(exchange.decision));
        if (filters.length == 0) {
            exchange.forwardHeaders(endOfStream);
            return;
        }
        var chain = new FilterChain(exchange, filters);
        exchange.chain = chain;
        chain.requestHeaders(endOfStream);
    }

    // 4. Behind the last filter: what the route says.
    void forward(Exchange exchange, boolean endOfStream) {
        if (exchange.takeRouteCleared()) {
            route(exchange);
        }
        HeaderMap head = exchange.requestHeaders();
        switch (exchange.decision) {
            case RouteDecision.Forward(
                            CompiledRoute route,
                            RouteAction.Forward action,
                            String cluster) ->
                    forward(exchange, route, action, cluster, endOfStream);
            case RouteDecision.Redirect redirect ->
                    replyOnRoute(exchange, RouteReplies.redirect(redirect, head, parts.scratch()));
            case RouteDecision.DirectResponse(_, RouteAction.DirectResponse action) ->
                    replyOnRoute(exchange, RouteReplies.direct(action));
            case RouteDecision.TlsRequired _ ->
                    exchange.localReply(RouteReplies.tlsRequired(head, parts.scratch()));
            case RouteDecision.NonForwarding _ -> exchange.localReply(RouteReplies.NOT_FORWARDED);
            case RouteDecision.NoRoute _ -> {
                exchange.info.flag(ResponseFlag.NO_ROUTE_FOUND);
                exchange.localReply(RouteReplies.NO_ROUTE);
            }
            case null -> throw new IllegalStateException("bug: forwarding before routing");
        }
    }

    private void forward(
            Exchange exchange,
            CompiledRoute route,
            RouteAction.Forward action,
            String clusterName,
            boolean endOfStream) {
        WorkerCluster cluster = worker.findCluster(clusterName);
        if (cluster == null) {
            exchange.info.flag(ResponseFlag.NO_CLUSTER_FOUND);
            exchange.info.clusterName = "";
            exchange.localReply(LocalReply.of(action.clusterNotFoundStatus(), "cluster_not_found"));
            return;
        }
        HeaderMap head = exchange.requestHeaders();
        if (Upgrade.isUpgrade(head) && !Upgrades.allowed(head, parts.manager(), action)) {
            exchange.localReply(RouteReplies.UPGRADE_FAILED);
            return;
        }
        RetryPolicy policy =
                action.retryPolicy() == null
                        ? route.virtualHost().retryPolicy()
                        : action.retryPolicy();
        UpstreamTimes times = UpstreamTimes.of(parts.routerHeaders(), head, action, policy);
        exchange.timeouts.routeChosen(times);
        var retries = new Retries(policy, cluster, action.highPriority(), worker.random());
        parts.routerHeaders().removeRouterHeaders(head);
        parts.routeHeaders(route).finalizeRequest(head, exchange, parts.scratch());
        parts.routerHeaders().setExpectedTimeout(head, times.routeMillis(), times.perTryMillis());
        parts.stats().upstreamStarted(cluster);
        var upstream = new UpstreamRequest(exchange, cluster, retries, action, times.perTryNanos());
        exchange.upstream = upstream;
        upstream.start(endOfStream);
    }

    // A try begins.
    void beforeTry(Exchange exchange) {
        CompiledRoute route = routeOf(exchange.decision);
        if (route != null && route.virtualHost().includeRequestAttemptCount()) {
            parts.routerHeaders()
                    .setAttemptCount(exchange.requestHeaders(), exchange.info.attempts);
        }
    }

    // A host was chosen: the last change to the head.
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

    // 5. The upstream's head: route's changes, then the filters in reverse.
    void respond(Exchange exchange, UpstreamRequest upstream, boolean endOfStream) {
        HeaderMap head = exchange.responseHead();
        exchange.info.details = "via_upstream";
        parts.routerHeaders()
                .setUpstreamServiceTime(
                        head, (System.nanoTime() - upstream.startNanos()) / 1_000_000);
        finalizeResponse(exchange, head);
        FilterChain chain = exchange.chain;
        if (chain == null) {
            exchange.returnHeaders(endOfStream);
        } else {
            chain.responseHeaders(endOfStream);
        }
    }

    // ... or the gateway's own answer, with the same walk back.
    void reply(Exchange exchange, LocalReply reply, boolean throughFilters) {
        exchange.info.details = reply.details();
        LocalReplies.Made made = LocalReplies.make(reply, exchange.requestHeaders());
        exchange.replyHeaders(made.head(), made.body());
        if (exchange.takeReplyOnRoute()) {
            finalizeResponse(exchange, made.head());
        }
        FilterChain chain = throughFilters ? exchange.chain : null;
        exchange.returnLocal(chain, made.body());
    }

    private void replyOnRoute(Exchange exchange, LocalReply reply) {
        exchange.replyOnRoute();
        exchange.localReply(reply);
    }

    void upstreamFailed(Exchange exchange, LocalReply reply) {
        replyOnRoute(exchange, reply);
    }

    private void finalizeResponse(Exchange exchange, HeaderMap head) {
        CompiledRoute route = routeOf(exchange.decision);
        if (route != null) {
            if (route.virtualHost().includeAttemptCountInResponse() && exchange.info.attempts > 0) {
                parts.routerHeaders().setAttemptCount(head, exchange.info.attempts);
            }
            parts.routeHeaders(route).finalizeResponse(head, exchange, parts.scratch());
        }
    }

    void informational(Exchange exchange, HeaderMap head) {
        if (parts.manager().proxy100Continue() && !exchange.responseStarted()) {
            exchange.client.writeHeaders(head, false);
        }
    }

    // 6. In front of the first filter: the last rules, then the wire.
    void send(Exchange exchange, boolean endOfStream) {
        HeaderMap head = exchange.responseHead();
        exchange.info.status = Status.of(head);
        parts.responseHeaders().finish(head, exchange.requestHeaders(), worker.epochNanos());
        exchange.client.writeHeaders(head, endOfStream);
    }

    // 7. Over, well or not: count, log, let go.
    void ended(Exchange exchange) {
        exchange.info.ended = exchange.info.sinceStart();
        FilterChain chain = exchange.chain;
        if (chain != null) {
            chain.end();
        }
        parts.stats().ended(exchange.info);
        parts.accessLog().log(exchange);
        exchange.downstream.exchangeEnded();
    }

    private static @Nullable CompiledRoute routeOf(@Nullable RouteDecision decision) {
        return switch (decision) {
            case RouteDecision.Forward(CompiledRoute route, _, _) -> route;
            case RouteDecision.Redirect(CompiledRoute route, _) -> route;
            case RouteDecision.DirectResponse(CompiledRoute route, _) -> route;
            case RouteDecision.NonForwarding(CompiledRoute route) -> route;
            case RouteDecision.TlsRequired _, RouteDecision.NoRoute _ -> null;
            case null -> null;
        };
    }

    ExchangeInfo newInfo(HttpConnection connection, HttpConnection.Protocol protocol, long now) {
        parts.stats().started(protocol);
        return new ExchangeInfo(
                connection, protocol, parts.filterChainName(), worker.epochNanos(), now);
    }

    FlowParts parts() {
        return parts;
    }

    FlowStats stats() {
        return parts.stats();
    }

    WorkerLoop worker() {
        return worker;
    }
}
