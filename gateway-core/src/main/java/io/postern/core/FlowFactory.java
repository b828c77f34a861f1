package io.postern.core;

import io.postern.config.model.AccessLog;
import io.postern.config.model.FilterChain;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.Listener;
import io.postern.config.model.OnDemand;
import io.postern.core.filter.FilterPlan;
import io.postern.core.filter.FilterStock;
import io.postern.core.filter.TakenFilters;
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
import io.postern.core.runtime.WorkerLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the flows of one version of a filter chain: what the workers share is compiled once.
 * Control thread.
 *
 * @param routeHeaders by {@link CompiledRoute#key()}
 */
record FlowFactory(
        Listener listener,
        FilterChain chain,
        CompiledRoutes routes,
        RouteHeaders[] routeHeaders,
        RouteGuards guards,
        FilterPlan plan,
        MutationList earlyMutations,
        @Nullable OwnNames ownNames,
        @Nullable ProxyStatusHeader proxyStatus,
        AccessLogger accessLog,
        TakenFilters loggers,
        LocalReplyRewrite localReplies,
        @Nullable VirtualHostRequests virtualHosts,
        OverloadState overload,
        @Nullable InetAddress machineAddress) {

    /**
     * Compiles routes, formats and filters.
     *
     * @throws io.postern.sdk.FilterLoadException when a filter cannot work
     */
    static FlowFactory load(
            Listener listener,
            FilterChain chain,
            CompiledRoutes routes,
            FilterStock filters,
            ListenerParts parts) {
        Gateway.Settings settings = parts.settings();
        HttpConnectionManager manager = chain.http();
        var routeHeaders = new RouteHeaders[routes.size()];
        for (CompiledRoute route : routes.targets()) {
            routeHeaders[route.key()] =
                    RouteHeaders.compile(route, manager.router(), settings.formats());
        }
        AccessLogger accessLog =
                settings.accessLogs().logger(manager.accessLogs(), settings.formats());
        var loggers = loggers(manager.accessLogs(), filters).take();
        FilterPlan plan;
        try {
            plan = FilterPlan.load(withoutOnDemand(manager), routes, filters);
        } catch (RuntimeException e) {
            loggers.close();
            throw e;
        }
        return new FlowFactory(
                listener,
                chain,
                routes,
                routeHeaders,
                RouteGuards.of(routes, parts.guards()),
                plan,
                MutationList.of(manager.earlyMutations(), settings.formats()),
                OwnNames.of(manager, parts.node()),
                ProxyStatusHeader.of(manager.proxyStatus(), parts.node()),
                accessLog,
                loggers,
                LocalReplyRewrite.compile(manager.localReplies(), settings.formats()),
                waits(manager) ? parts.virtualHosts() : null,
                parts.overload(),
                parts.machineAddress());
    }

    // The flow itself does what that filter does in Envoy, before any filter sees the request.
    private static List<HttpFilter> withoutOnDemand(HttpConnectionManager manager) {
        return manager.filters().stream()
                .filter(filter -> !(filter.spec() instanceof OnDemand))
                .toList();
    }

    private static boolean waits(HttpConnectionManager manager) {
        return withoutOnDemand(manager).size() < manager.filters().size();
    }

    /** The access loggers that are plugins. */
    static TakenFilters loggers(List<AccessLog> logs, FilterStock filters) {
        var loggers = new TakenFilters(filters);
        for (AccessLog log : logs) {
            if (log.sink() instanceof AccessLog.Sink.Plugin(String name, FilterSpec spec)) {
                loggers.with(name, spec);
            }
        }
        return loggers;
    }

    /** Gives its filters back. */
    void close() {
        guards.close();
        plan.close();
        loggers.close();
    }

    /** The flow of one worker; {@code onEnd} is run on it after the last exchange. */
    RequestFlow flow(
            WorkerLoop worker, OpenConnections open, SplittableRandom random, Runnable onEnd) {
        HttpConnectionManager manager = chain.http();
        var parts =
                new FlowParts(
                        manager,
                        EntryPoint.of(listener, chain),
                        FlowParts.Limits.of(manager, listener.bufferLimitBytes()),
                        routes,
                        routeHeaders,
                        guards,
                        plan.forWorker(worker),
                        new RequestHeaders(
                                manager,
                                routes.table().internalOnlyHeaders(),
                                machineAddress,
                                random),
                        earlyMutations,
                        ownNames,
                        new ResponseHeaders(manager),
                        proxyStatus,
                        new RouterHeaders(manager.router()),
                        new FlowStats(worker.metrics(), manager.statPrefix()),
                        accessLog.forWorker(loggers.forWorker(worker)),
                        open,
                        localReplies,
                        virtualHosts,
                        listener.bypassesOverload() ? null : overload,
                        new OctetBuffer());
        return new RequestFlow(worker, parts, onEnd);
    }
}
