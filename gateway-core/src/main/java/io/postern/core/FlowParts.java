package io.postern.core;

import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.Overload.Kind;
import io.postern.core.filter.FilterChain;
import io.postern.core.filter.FilterPlan;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.MutationList;
import io.postern.core.headers.OwnNames;
import io.postern.core.headers.RequestHeaders;
import io.postern.core.headers.ResponseHeaders;
import io.postern.core.headers.RouteHeaders;
import io.postern.core.headers.RouterHeaders;
import io.postern.core.listener.EntryPoint;
import io.postern.core.listener.OpenConnections;
import io.postern.core.observe.AccessLogger;
import io.postern.core.overload.OverloadState;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import io.postern.sdk.HeaderMap;
import java.net.SocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RequestFlow} works with; of one connection manager and worker.
 *
 * @param routeHeaders by {@link CompiledRoute#key()}
 * @param scratch for values being put together: used within one step, never kept
 * @param ownNames null: requests do not say who this is
 * @param proxyStatus null: responses do not say which error there was
 * @param virtualHosts null: requests do not wait for a virtual host
 * @param overload null: the listener is none of its business
 * @param connections the listener's open connections on this worker
 */
record FlowParts(
        HttpConnectionManager manager,
        EntryPoint entry,
        Limits limits,
        CompiledRoutes routes,
        RouteHeaders[] routeHeaders,
        RouteGuards guards,
        FilterPlan.OnWorker filters,
        RequestHeaders requestHeaders,
        MutationList earlyMutations,
        @Nullable OwnNames ownNames,
        ResponseHeaders responseHeaders,
        @Nullable ProxyStatusHeader proxyStatus,
        RouterHeaders routerHeaders,
        FlowStats stats,
        AccessLogger accessLog,
        OpenConnections connections,
        LocalReplyRewrite localReplies,
        @Nullable VirtualHostRequests virtualHosts,
        @Nullable OverloadState overload,
        OctetBuffer scratch) {

    /**
     * Makes a request's head what it is matched with.
     *
     * @return the client's address, as far as it can be trusted
     */
    SocketAddress sanitize(Exchange exchange) {
        HeaderMap head = exchange.requestHeaders();
        earlyMutations.apply(head, exchange, scratch);
        SocketAddress client = requestHeaders.sanitize(head, exchange.peer());
        if (ownNames != null) {
            ownNames.addTo(head);
        }
        return client;
    }

    /** The route's header changes, compiled. */
    RouteHeaders routeHeaders(CompiledRoute route) {
        return routeHeaders[route.key()];
    }

    /** Applies the route's changes to a response's head. */
    void finalizeResponse(Exchange exchange, HeaderMap head) {
        CompiledRoute route = exchange.route();
        if (route == null) {
            return;
        }
        if (route.virtualHost().includeAttemptCountInResponse() && exchange.info.attempts > 0) {
            routerHeaders.setAttemptCount(head, exchange.info.attempts);
        }
        routeHeaders(route).finalizeResponse(head, exchange, scratch);
    }

    /** Brings a response's head into its last form. */
    void finishResponse(Exchange exchange, HeaderMap head, long epochNanos) {
        responseHeaders.finish(head, exchange.requestHeaders(), epochNanos);
        if (proxyStatus != null) {
            proxyStatus.addTo(head, exchange.info);
        }
    }

    /** Whether the overload manager wants this request refused. */
    boolean takesNoRequests(RandomGenerator random) {
        return overload != null
                && (overload.takes(Kind.STOP_ACCEPTING_REQUESTS, random)
                        || overload.takes(Kind.SHED_REQUESTS, random));
    }

    /** Whether the overload manager wants connections closed behind their answers; counted. */
    boolean endsKeepAlive(RandomGenerator random) {
        if (overload == null || !overload.takes(Kind.DISABLE_HTTP_KEEPALIVE, random)) {
            return false;
        }
        stats.keepaliveDisabled();
        return true;
    }

    /**
     * An exchange is over, or what has become of it so far: its filters end, it is counted and
     * logged.
     */
    void account(Exchange exchange) {
        exchange.info.ended = exchange.info.sinceStart();
        FilterChain chain = exchange.chain;
        if (chain != null) {
            chain.end();
        }
        stats.ended(exchange.info);
        accessLog.log(exchange);
    }

    /** Limits in the units of the clock; zero: none. */
    record Limits(
            long streamIdleNanos,
            long requestNanos,
            long streamDurationNanos,
            long connectionIdleNanos,
            long connectionDurationNanos,
            int bodyBytesPerSecond,
            long bodyGraceNanos,
            int bufferLimitBytes) {
        static Limits of(HttpConnectionManager manager, int bufferLimitBytes) {
            return new Limits(
                    manager.streamIdleTimeout().toNanos(),
                    manager.requestTimeout().toNanos(),
                    manager.maxStreamDuration().toNanos(),
                    manager.idleTimeout().toNanos(),
                    manager.maxConnectionDuration().toNanos(),
                    manager.hardening().minimumBodyBytesPerSecond(),
                    manager.hardening().bodyGracePeriod().toNanos(),
                    bufferLimitBytes);
        }
    }
}
