package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.attach.GatewayListener;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.attach.GatewayListener.Protocol;
import io.postern.xds.resources.attach.Hostnames;
import io.postern.xds.resources.attach.OurGateway;
import io.postern.xds.resources.document.Document;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes one Envoy listener for each address and port of the Gateways of a group. */
final class Listeners {
    private final GroupDraft group;
    private final RouteTables tables;
    private final DownstreamTls tls;
    private final Connections connections;

    Listeners(GroupDraft group, RouteTables tables) {
        this.group = group;
        this.tables = tables;
        this.tls = new DownstreamTls(group);
        this.connections = new Connections(tables.upstreams());
    }

    private record Socket(String address, int port) {}

    void make(String groupName, List<OurGateway> gateways) {
        Map<Integer, List<GatewayListener>> ports = new TreeMap<>();
        Map<Integer, LinkedHashSet<String>> addresses = new TreeMap<>();
        for (var gateway : gateways) {
            for (var listener : gateway.listeners()) {
                if (listener.isServed()) {
                    ports.computeIfAbsent(listener.port(), _ -> new ArrayList<>()).add(listener);
                    addresses
                            .computeIfAbsent(listener.port(), _ -> new LinkedHashSet<>())
                            .addAll(gateway.addresses());
                }
            }
        }
        ports.forEach((port, listeners) -> {
            var name = groupName + "/" + port;
            var chains = chains(name, listeners);
            if (chains.isEmpty()) {
                return;
            }
            var sockets = addresses.getOrDefault(port, new LinkedHashSet<>());
            for (var address : sockets) {
                var full = sockets.size() == 1 ? name : name + "/" + address;
                group.add(
                        ResourceType.LISTENER,
                        listener(full, new Socket(address, port), chains, listeners),
                        listeners.stream()
                                .map(GatewayListener::gateway)
                                .distinct()
                                .toArray(Document[]::new));
            }
        });
    }

    private static Listener listener(
            String name, Socket socket, List<FilterChain> chains, List<GatewayListener> listeners) {
        var built =
                Listener.newBuilder()
                        .setName(name)
                        .setAddress(Protos.address(socket.address(), socket.port()))
                        .addAllFilterChains(chains);
        if (listeners.stream().anyMatch(one -> one.protocol().isTls())) {
            built.addListenerFilters(
                    ListenerFilter.newBuilder()
                            .setName("envoy.filters.listener.tls_inspector")
                            .setTypedConfig(Protos.any(TlsInspector.getDefaultInstance())));
        }
        return built.build();
    }

    private List<FilterChain> chains(String name, List<GatewayListener> listeners) {
        var chains = new ArrayList<FilterChain>();
        var plain = listeners.stream().filter(one -> one.protocol() == Protocol.HTTP).toList();
        if (!plain.isEmpty()) {
            var filters = tables.make(name, plain, plain);
            chains.add(chain(name, List.of(), ConnectionManagers.of(name, filters)).build());
        }
        var secure = listeners.stream().filter(one -> one.protocol().isTls()).toList();
        for (var listener : secure) {
            chains.addAll(secure(listener, secure));
        }
        for (var listener : listeners) {
            if (listener.protocol() == Protocol.TCP) {
                for (var attachment : listener.attachments()) {
                    var table = nameOf(listener);
                    chains.add(
                            chain(table, List.of(), connections.proxy(table, attachment)).build());
                }
            }
        }
        return chains;
    }

    private static String nameOf(GatewayListener listener) {
        return listener.gateway().path() + "/" + listener.port() + "/" + listener.name();
    }

    private List<FilterChain> secure(GatewayListener listener, List<GatewayListener> all) {
        var name = nameOf(listener);
        if (listener.protocol() == Protocol.HTTPS) {
            var https = all.stream().filter(one -> one.protocol() == Protocol.HTTPS).toList();
            var filters = tables.make(name, List.of(listener), https);
            return List.of(
                    chain(name, hosts(listener.hostname()), ConnectionManagers.of(name, filters))
                            .setTransportSocket(tls.of(listener, true))
                            .build());
        }
        var chains = new ArrayList<FilterChain>();
        var names = all.stream().map(GatewayListener::hostname).toList();
        for (var attachment : listener.attachments()) {
            var hosts = owned(attachment, listener, names);
            if (hosts.isEmpty() && !attachment.hostnames().isEmpty()) {
                continue;
            }
            var of = name + "/" + attachment.route().path();
            var chain = chain(of, hosts, connections.proxy(of, attachment));
            if (listener.protocol() == Protocol.TLS_TERMINATE) {
                chain.setTransportSocket(tls.of(listener, false));
            }
            chains.add(chain.build());
        }
        return chains;
    }

    /** The names that no more specific listener of the port has. */
    private static List<String> owned(
            Attachment attachment, GatewayListener listener, List<String> names) {
        if (attachment.hostnames().isEmpty()) {
            return hosts(listener.hostname());
        }
        return attachment.hostnames().stream()
                .filter(host -> listener.hostname().equals(Hostnames.owner(host, names)))
                .toList();
    }

    private static List<String> hosts(String hostname) {
        return hostname.isEmpty() ? List.of() : List.of(hostname);
    }

    private static FilterChain.Builder chain(String name, List<String> hosts, Filter filter) {
        var chain = FilterChain.newBuilder().setName(name).addFilters(filter);
        var known = hosts.stream().filter(host -> !host.isEmpty()).toList();
        if (!known.isEmpty()) {
            chain.setFilterChainMatch(FilterChainMatch.newBuilder().addAllServerNames(known));
        }
        return chain;
    }
}
