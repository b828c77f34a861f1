package io.postern.core;

import io.postern.core.filter.FilterChain;
import io.postern.core.headers.RequestHeaders;
import io.postern.core.headers.Verdict;
import io.postern.core.http.HttpConnection;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.WorkerFilter;

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
    private final Forwarding forwarding;
    private final OwnReplies ownReplies;
    private final EarlyLog earlyLog;
    private final FlowUsers users;

    RequestFlow(WorkerLoop worker, FlowParts parts, Runnable onEnd) {
        this.worker = worker;
        this.parts = parts;
        this.forwarding = new Forwarding(worker, parts);
        this.ownReplies = new OwnReplies(parts);
        this.earlyLog = new EarlyLog(worker, parts);
        this.users = new FlowUsers(onEnd);
    }

    // 1. The head has arrived: make it fit to be routed, or refuse it.
    void received(Exchange exchange, boolean endOfStream) {
        HeaderMap head = exchange.requestHeaders();
        if (parts.takesNoRequests(worker.random())) {
            parts.stats().overloaded();
            exchange.localReply(RouteReplies.OVERLOADED);
            return;
        }
        RequestHeaders rules = parts.requestHeaders();
        Verdict verdict = rules.normalize(head, exchange.peer());
        if (verdict != Verdict.CONTINUE) {
            exchange.localReply(RouteReplies.refused(verdict, rules, head, exchange.peer()));
            return;
        }
        exchange.info.remoteAddress = parts.sanitize(exchange);
        route(exchange);
        if (exchange.decision instanceof RouteDecision.NoRoute
                && exchange.awaitsRoute(endOfStream)) {
            return;
        }
        filter(exchange, endOfStream);
    }

    // The virtual host has come, or is not to be had.
    void routed(Exchange exchange, boolean endOfStream) {
        route(exchange);
        filter(exchange, endOfStream);
    }

    // ... or cannot even be read.
    void invalid(Exchange exchange, int status, String details) {
        ownReplies.refuse(exchange, status, details);
    }

    // 2. Choose the route: a pure function of the route table and the head.
    private void route(Exchange exchange) {
        RouteDecision decision =
                parts.routes()
                        .decide(
                                exchange.requestHeaders(),
                                worker.random().nextLong(),
                                exchange.info);
        exchange.decision = decision;
        exchange.info.routed(decision);
    }

    // 3. The filters of that route see the request; none configured: straight on.
    void filter(Exchange exchange, boolean endOfStream) {
        earlyLog.routed(exchange);
        WorkerFilter[] filters = parts.filters().filtersOf(exchange.route());
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
            case RouteDecision.Forward forward -> forwarding.start(exchange, forward, endOfStream);
            case RouteDecision.Redirect redirect -> {
                parts.routeHeaders(redirect.route()).rewriteRedirected(head, parts.scratch());
                exchange.replyOnRoute(RouteReplies.redirect(redirect, head, parts.scratch()));
            }
            case RouteDecision.DirectResponse direct ->
                    exchange.replyOnRoute(
                            RouteReplies.direct(direct.action(), head, parts.scratch()));
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

    // 5. The upstream's head: route's changes, then the filters in reverse.
    void respond(Exchange exchange, UpstreamRequest upstream, boolean endOfStream) {
        HeaderMap head = exchange.responseHead();
        exchange.info.details = "via_upstream";
        exchange.info.status = Status.of(head);
        if (exchange.requestComplete()) { // with a tunnel it never is
            parts.routerHeaders()
                    .setUpstreamServiceTime(
                            head, (System.nanoTime() - upstream.startNanos()) / 1_000_000);
        }
        parts.finalizeResponse(exchange, head);
        FilterChain chain = exchange.chain;
        if (chain == null) {
            exchange.returnHeaders(endOfStream);
        } else {
            chain.responseHeaders(endOfStream);
        }
    }

    // ... or the gateway's own answer, with the same walk back.
    void reply(Exchange exchange, LocalReply reply, boolean throughFilters) {
        exchange.returnLocal(
                throughFilters ? exchange.chain : null, ownReplies.prepare(exchange, reply));
    }

    // 6. In front of the first filter: the last rules, then the wire.
    void send(Exchange exchange, boolean endOfStream) {
        HeaderMap head = exchange.responseHead();
        if (parts.endsKeepAlive(worker.random())) {
            exchange.client.connection().drain();
        }
        parts.finishResponse(exchange, head, worker.epochNanos());
        exchange.info.status = Status.of(head);
        earlyLog.answered(exchange, head);
        exchange.client.writeHeaders(head, endOfStream);
    }

    // 7. Over, well or not: count, log, let go.
    void ended(Exchange exchange) {
        earlyLog.ended(exchange);
        parts.account(exchange);
        exchange.downstream.exchangeEnded();
        users.left();
    }

    // ... or begun again on another route: what was is logged as an exchange of its own.
    void redirected(Exchange exchange) {
        earlyLog.ended(exchange);
        ExchangeInfo before = exchange.info;
        before.details = "internal_redirect";
        parts.account(exchange);
        exchange.info = before.next();
        parts.stats().started(before.protocolOf());
    }

    ExchangeInfo newInfo(HttpConnection connection, HttpConnection.Protocol protocol, long now) {
        users.joined();
        parts.stats().started(protocol);
        return new ExchangeInfo(
                connection, protocol, parts.entry(), worker, worker.epochNanos(), now);
    }

    FlowUsers users() {
        return users;
    }

    Forwarding forwarding() {
        return forwarding;
    }

    FlowParts parts() {
        return parts;
    }

    WorkerLoop worker() {
        return worker;
    }
}
