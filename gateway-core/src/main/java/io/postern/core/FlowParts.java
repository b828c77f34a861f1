package io.postern.core;

import io.postern.config.model.HttpConnectionManager;
import io.postern.core.filter.FilterPlan;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.RequestHeaders;
import io.postern.core.headers.ResponseHeaders;
import io.postern.core.headers.RouteHeaders;
import io.postern.core.headers.RouterHeaders;
import io.postern.core.listener.OpenConnections;
import io.postern.core.observe.AccessLogger;
import io.postern.core.overload.OverloadState;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RequestFlow} works with; of one connection manager and worker.
 *
 * @param routeHeaders by {@link CompiledRoute#key()}
 * @param scratch for values being put together: used within one step, never kept
 * @param virtualHosts null: requests do not wait for a virtual host
 * @param overload null: the listener is none of its business
 * @param connections the listener's open connections on this worker
 */
record FlowParts(
        HttpConnectionManager manager,
        String filterChainName,
        Limits limits,
        CompiledRoutes routes,
        RouteHeaders[] routeHeaders,
        RouteGuards guards,
        FilterPlan.OnWorker filters,
        RequestHeaders requestHeaders,
        ResponseHeaders responseHeaders,
        RouterHeaders routerHeaders,
        FlowStats stats,
        AccessLogger accessLog,
        OpenConnections connections,
        LocalReplyRewrite localReplies,
        @Nullable VirtualHostRequests virtualHosts,
        @Nullable OverloadState overload,
        OctetBuffer scratch) {

    /** The route's header changes, compiled. */
    RouteHeaders routeHeaders(CompiledRoute route) {
        return routeHeaders[route.key()];
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
