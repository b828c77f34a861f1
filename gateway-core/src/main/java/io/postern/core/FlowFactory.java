package io.postern.core;

import io.postern.config.model.Bootstrap;
import io.postern.config.model.FilterChain;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.Listener;
import io.postern.core.filter.FilterPlan;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.RequestHeaders;
import io.postern.core.headers.ResponseHeaders;
import io.postern.core.headers.RouteHeaders;
import io.postern.core.headers.RouterHeaders;
import io.postern.core.listener.OpenConnections;
import io.postern.core.observe.AccessLogger;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.tls.DownstreamTls;
import io.postern.sdk.FilterScope;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the flows of one filter chain: what the workers share is compiled once. Control thread.
 *
 * @param routeHeaders by {@link CompiledRoute#key()}
 */
record FlowFactory(
        Listener listener,
        FilterChain chain,
        CompiledRoutes routes,
        RouteHeaders[] routeHeaders,
        FilterPlan plan,
        AccessLogger accessLog,
        @Nullable DownstreamTls tls) {

    /**
     * Compiles routes, formats and filters.
     *
     * @throws io.postern.sdk.FilterLoadException when a filter cannot work
     */
    static FlowFactory load(
            Bootstrap.Node node,
            Listener listener,
            FilterChain chain,
            CompiledRoutes routes,
            Gateway.Settings settings) {
        HttpConnectionManager manager = chain.http();
        var routeHeaders = new RouteHeaders[routes.size()];
        for (CompiledRoute route : routes.targets()) {
            routeHeaders[route.key()] = RouteHeaders.compile(route, settings.formats());
        }
        FilterPlan plan =
                FilterPlan.load(
                        manager.filters(),
                        routes,
                        settings.filters(),
                        filter ->
                                new FilterScope(
                                        filter.name(),
                                        listener.name(),
                                        node.id(),
                                        node.cluster(),
                                        listener.inbound()));
        AccessLogger accessLog =
                settings.accessLogs().logger(manager.accessLogs(), settings.formats());
        DownstreamTls tls = chain.tls() == null ? null : new DownstreamTls(chain.tls());
        return new FlowFactory(listener, chain, routes, routeHeaders, plan, accessLog, tls);
    }

    /** The flow of one worker, whose filters are {@code filters}. */
    RequestFlow flow(WorkerLoop worker, FilterPlan.OnWorker filters, OpenConnections open) {
        HttpConnectionManager manager = chain.http();
        var parts =
                new FlowParts(
                        manager,
                        chain.name(),
                        FlowParts.Limits.of(manager, listener.bufferLimitBytes()),
                        routes,
                        routeHeaders,
                        filters,
                        new RequestHeaders(
                                manager, null, new SplittableRandom(worker.random().nextLong())),
                        new ResponseHeaders(manager),
                        new RouterHeaders(),
                        new FlowStats(worker.metrics(), manager.statPrefix()),
                        accessLog,
                        open,
                        new OctetBuffer());
        return new RequestFlow(worker, parts);
    }
}
