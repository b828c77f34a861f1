package io.postern.core.route;

import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.WeightedCluster;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route table made ready for requests. Finding the virtual host costs one walk over the
 * authority, finding the route a few walks over the path, whatever the number of either.
 *
 * <p>Source of the rules: {@code envoy.config.route.v3}. Thread-safe: immutable.
 */
public final class CompiledRoutes {
    private static final RouteDecision NO_ROUTE = new RouteDecision.NoRoute();

    private final RouteTable table;
    private final List<CompiledRoute> targets;
    private final DomainTable<HostRoutes> hosts;

    private CompiledRoutes(RouteTable table) {
        this.table = table;
        var collected = new ArrayList<CompiledRoute>();
        var domains = new DomainTable.Builder<HostRoutes>();
        for (VirtualHost host : table.virtualHosts()) {
            var choices = new ArrayList<RouteChoice>();
            for (Route route : host.routes()) {
                choices.add(choice(host, route, collected));
            }
            var routes = new HostRoutes(host, choices);
            host.domains().forEach(domain -> domains.add(domain, routes));
        }
        this.targets = List.copyOf(collected);
        this.hosts = domains.build(table.ignorePortInHostMatching());
    }

    /** Compiles a table that the translator accepted. */
    public static CompiledRoutes compile(RouteTable table) {
        return new CompiledRoutes(table);
    }

    /**
     * Decides where a request goes.
     *
     * @param head after the connection manager's header rules: x-forwarded-proto must be there
     * @param random the stream's own number: chooses weighted clusters and runtime fractions
     * @param tls the client's connection; null for plain text
     */
    public RouteDecision decide(HeaderMap head, long random, @Nullable TlsInfo tls) {
        int authority = head.indexOf(HeaderName.AUTHORITY);
        HostRoutes host =
                authority < 0
                        ? hosts.findWithoutAuthority()
                        : hosts.find(
                                head.octets(),
                                head.valueStart(authority),
                                head.valueLength(authority));
        return host == null ? NO_ROUTE : host.decide(head, random, tls);
    }

    /** What this was made from. */
    public RouteTable table() {
        return table;
    }

    /** Everything a decision can refer to, by key. */
    public List<CompiledRoute> targets() {
        return targets;
    }

    /** Number of keys. */
    public int size() {
        return targets.size();
    }

    private RouteChoice choice(VirtualHost host, Route route, List<CompiledRoute> collected) {
        return switch (route.action()) {
            case RouteAction.Forward forward -> forward(host, route, forward, collected);
            case RouteAction.Redirect redirect ->
                    RouteChoice.always(
                            new RouteDecision.Redirect(
                                    target(host, route, null, collected), redirect));
            case RouteAction.DirectResponse response ->
                    RouteChoice.always(
                            new RouteDecision.DirectResponse(
                                    target(host, route, null, collected), response));
            case RouteAction.NonForwarding _ ->
                    RouteChoice.always(
                            new RouteDecision.NonForwarding(target(host, route, null, collected)));
        };
    }

    private RouteChoice forward(
            VirtualHost host,
            Route route,
            RouteAction.Forward action,
            List<CompiledRoute> collected) {
        return switch (action.cluster()) {
            case ClusterChoice.Named(String cluster) ->
                    RouteChoice.always(
                            new RouteDecision.Forward(
                                    target(host, route, null, collected), action, cluster));
            case ClusterChoice.FromHeader(HeaderName header) ->
                    RouteChoice.fromHeader(target(host, route, null, collected), action, header);
            case ClusterChoice.Weighted weighted -> {
                var decisions = new RouteDecision[weighted.clusters().size()];
                for (int i = 0; i < decisions.length; i++) {
                    WeightedCluster one = weighted.clusters().get(i);
                    decisions[i] =
                            new RouteDecision.Forward(
                                    target(host, route, one, collected), action, one.cluster());
                }
                yield RouteChoice.weighted(decisions, weighted);
            }
        };
    }

    private CompiledRoute target(
            VirtualHost host,
            Route route,
            @Nullable WeightedCluster weighted,
            List<CompiledRoute> collected) {
        var target = new CompiledRoute(collected.size(), table, host, route, weighted);
        collected.add(target);
        return target;
    }
}
