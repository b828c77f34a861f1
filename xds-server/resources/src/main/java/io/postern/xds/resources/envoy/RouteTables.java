package io.postern.xds.resources.envoy;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.attach.GatewayListener;
import io.postern.xds.resources.attach.Hostnames;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.envoy.Extension.Usable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes route tables. A host belongs to the most specific listener of the port that has it; what no
 * route of that listener matches is answered 404, whatever other listeners have.
 */
final class RouteTables {
    private final Translating translating;
    private final GroupDraft group;
    private final Policies policies;
    private final Extensions extensions;
    private final Upstreams upstreams;
    private final RouteProbe probe;

    RouteTables(
            Translating translating, GroupDraft group, Policies policies, Extensions extensions) {
        this.translating = translating;
        this.group = group;
        this.policies = policies;
        this.extensions = extensions;
        this.upstreams = new Upstreams(translating, group);
        this.probe = new RouteProbe(translating);
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /**
     * Makes the table of {@code listeners}.
     *
     * @param all listeners of the port
     * @return the filters of its connection manager
     */
    RuleExtensions make(String name, List<GatewayListener> listeners, List<GatewayListener> all) {
        var gateways = new LinkedHashSet<Document>();
        listeners.forEach(listener -> gateways.add(listener.gateway()));
        var filters = new RuleExtensions(translating, extensions, gateways);
        var rules = new RequestRules(translating, policies, upstreams, filters);
        Map<String, List<RankedRoute>> hosts = new TreeMap<>();
        var owners = new LinkedHashSet<>(gateways);
        var names = all.stream().map(GatewayListener::hostname).toList();
        for (var listener : listeners) {
            for (var attachment : listener.attachments()) {
                var routes = probe.good(attachment, rules.of(attachment));
                owners.add(attachment.route());
                for (var host : attachment.hostnames()) {
                    if (listener.hostname().equals(Hostnames.owner(host, names))) {
                        hosts.computeIfAbsent(host, _ -> new ArrayList<>()).addAll(routes);
                    }
                }
            }
        }
        for (var hostname : names) {
            if (listeners.stream().anyMatch(one -> Hostnames.covers(one.hostname(), hostname))) {
                hosts.computeIfAbsent(hostname, _ -> new ArrayList<>());
            }
        }
        var table = table(name, hosts);
        group.add(
                ResourceType.ROUTES, table, withoutRoutes(table), owners.toArray(Document[]::new));
        for (var extension : filters.used()) {
            if (extension.content() instanceof Usable(var config, _)) {
                group.add(
                        ResourceType.EXTENSION,
                        TypedExtensionConfig.newBuilder()
                                .setName(extension.filter())
                                .setTypedConfig(Protos.any(config))
                                .build(),
                        extension.owner());
            }
        }
        return filters;
    }

    private static RouteConfiguration table(String name, Map<String, List<RankedRoute>> hosts) {
        var table =
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .setIgnorePortInHostMatching(true)
                        .setValidateClusters(BoolValue.of(false));
        hosts.forEach((host, routes) -> {
            var domain = host.isEmpty() ? "*" : host;
            table.addVirtualHosts(
                    VirtualHost.newBuilder()
                            .setName(name + "/" + domain)
                            .addDomains(domain)
                            .addAllRoutes(inOrder(routes)));
        });
        return table.build();
    }

    // Each route has been looked at, alone: see RouteProbe.
    private static RouteConfiguration withoutRoutes(RouteConfiguration table) {
        var hosts = table.toBuilder();
        hosts.getVirtualHostsBuilderList().forEach(VirtualHost.Builder::clearRoutes);
        return hosts.build();
    }

    private static List<Route> inOrder(List<RankedRoute> routes) {
        return routes.stream()
                .sorted(RankedRoute.ORDER)
                .map(RankedRoute::route)
                .distinct()
                .toList();
    }
}
