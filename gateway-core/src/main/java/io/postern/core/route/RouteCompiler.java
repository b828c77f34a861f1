package io.postern.core.route;

import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.WeightedCluster;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles one route table. Control thread. */
final class RouteCompiler {
    private final RouteTable table;
    private final List<CompiledRoute> collected;

    /**
     * @param collected takes every target, at the index that is its key
     */
    RouteCompiler(RouteTable table, List<CompiledRoute> collected) {
        this.table = table;
        this.collected = collected;
    }

    DomainTable<HostRoutes> hosts() {
        var domains = new DomainTable.Builder<HostRoutes>();
        for (VirtualHost host : table.virtualHosts()) {
            var choices = new ArrayList<RouteChoice>();
            for (Route route : host.routes()) {
                choices.add(choice(host, route));
            }
            var routes = new HostRoutes(host, choices, table.ignorePathParameters());
            host.domains().forEach(domain -> domains.add(domain, routes));
        }
        return domains.build(table.ignorePortInHostMatching());
    }

    private RouteChoice choice(VirtualHost host, Route route) {
        return switch (route.action()) {
            case RouteAction.Forward forward -> forward(host, route, forward);
            case RouteAction.Redirect redirect ->
                    RouteChoice.always(
                            new RouteDecision.Redirect(target(host, route, null), redirect));
            case RouteAction.DirectResponse response ->
                    RouteChoice.always(
                            new RouteDecision.DirectResponse(target(host, route, null), response));
            case RouteAction.NonForwarding _ ->
                    RouteChoice.always(new RouteDecision.NonForwarding(target(host, route, null)));
        };
    }

    private RouteChoice forward(VirtualHost host, Route route, RouteAction.Forward action) {
        return switch (action.cluster()) {
            case ClusterChoice.Named(String cluster) ->
                    RouteChoice.always(
                            new RouteDecision.Forward(target(host, route, null), action, cluster));
            case ClusterChoice.FromHeader(HeaderName header) ->
                    RouteChoice.fromHeader(target(host, route, null), action, header);
            case ClusterChoice.Weighted weighted -> {
                var decisions = new RouteChoice[weighted.clusters().size()];
                for (int i = 0; i < decisions.length; i++) {
                    WeightedCluster one = weighted.clusters().get(i);
                    CompiledRoute target = target(host, route, one);
                    decisions[i] =
                            one.clusterHeader() == null
                                    ? RouteChoice.always(
                                            new RouteDecision.Forward(
                                                    target, action, one.cluster()))
                                    : RouteChoice.fromHeader(target, action, one.clusterHeader());
                }
                yield RouteChoice.weighted(decisions, weighted, action);
            }
        };
    }

    private CompiledRoute target(
            VirtualHost host, Route route, @Nullable WeightedCluster weighted) {
        var target = new CompiledRoute(collected.size(), table, host, route, weighted);
        collected.add(target);
        return target;
    }
}
