package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.Address;
import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.config.model.LocalPorts;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.listener.v3.Listener} and its filter chains. */
final class ListenerTranslator {
    private static final String TLS_INSPECTOR =
            "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector";
    private static final Duration FILTERS_TIMEOUT = Duration.ofSeconds(15);
    private static final int DEFAULT_BUFFER_LIMIT = 1024 * 1024;
    private static final String KERNEL = "it only tunes the kernel's side of the socket";

    private final Translation translation;
    private final CommonTranslator common;
    private final AccessLogTranslator accessLogs;
    private final TlsTranslator tls;
    private final NetworkFilterTranslator networkFilters;

    ListenerTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
        this.accessLogs = new AccessLogTranslator(translation);
        this.tls = new TlsTranslator(translation);
        this.networkFilters = new NetworkFilterTranslator(translation, clusterNames);
    }

    static List<MessageSupport> declared() {
        var listener = "envoy.config.listener.v3.";
        return List.of(
                MessageSupport.of(listener + "Listener")
                        .reads(
                                "name",
                                "address",
                                "filter_chains",
                                "default_filter_chain",
                                "per_connection_buffer_limit_bytes",
                                "traffic_direction",
                                "access_log")
                        .partly(
                                "listener_filters",
                                "tls_inspector, http_inspector, proxy_protocol and original_dst")
                        .only("bind_to_port", "true")
                        .only("use_original_dst", "false")
                        .only("transparent", "false")
                        .accepts("it only names statistics", "stat_prefix")
                        .opaque("metadata")
                        .accepts(
                                "connections of changed chains are drained with either",
                                "drain_type")
                        .reads(
                                "listener_filters_timeout",
                                "continue_on_listener_filters_timeout",
                                "additional_addresses",
                                "ignore_global_conn_limit",
                                "bypass_overload_manager",
                                "freebind")
                        .accepts("the kernel spreads connections", "connection_balance_config")
                        .accepts(
                                KERNEL,
                                "socket_options",
                                "tcp_fast_open_queue_length",
                                "reuse_port",
                                "enable_reuse_port",
                                "tcp_backlog_size",
                                "max_connections_to_accept_per_socket_event",
                                "enable_mptcp"),
                MessageSupport.of(listener + "AdditionalAddress")
                        .reads("address")
                        .accepts(KERNEL, "socket_options"),
                MessageSupport.of(listener + "ListenerFilter")
                        .reads("name", "typed_config", "filter_disabled"),
                MessageSupport.of(TLS_INSPECTOR)
                        .accepts("nothing reads it yet", "enable_ja3_fingerprinting")
                        .accepts("nothing reads it yet", "enable_ja4_fingerprinting")
                        .accepts("the buffer grows by itself", "initial_read_buffer_size"),
                MessageSupport.of(listener + "FilterChain")
                        .reads(
                                "filter_chain_match",
                                "transport_socket",
                                "transport_socket_connect_timeout",
                                "name")
                        .partly(
                                "filters",
                                "Wasm plugins, then one HTTP connection manager or TCP proxy")
                        .only("use_proxy_proto", "false")
                        .opaque("metadata"),
                MessageSupport.of(listener + "FilterChainMatch")
                        .reads(
                                "destination_port",
                                "prefix_ranges",
                                "source_prefix_ranges",
                                "source_type",
                                "source_ports",
                                "direct_source_prefix_ranges",
                                "server_names",
                                "transport_protocol",
                                "application_protocols"),
                MessageSupport.of(listener + "Filter").reads("name", "typed_config"));
    }

    Listener translate(io.envoyproxy.envoy.config.listener.v3.Listener listener, Spot spot) {
        if (!listener.hasAddress()) {
            translation.error(
                    spot,
                    "the listener has no address",
                    "add address: {socket_address: {address: 0.0.0.0, port_value: 10000}}");
        }
        var address = common.address(listener.getAddress(), false, spot.field("address"));
        var chainsSpot = spot.field("filter_chains");
        var chains = Translation.each(listener.getFilterChainsList(), chainsSpot, this::chain);
        if (chains.isEmpty() && !listener.hasDefaultFilterChain()) {
            translation.error(spot, "no filter chains (expected: 1 or more)");
        }
        checkMatches(chains, chainsSpot);
        return new Listener(
                name(listener),
                address,
                Translation.each(
                        listener.getAdditionalAddressesList(),
                        spot.field("additional_addresses"),
                        (more, at) ->
                                common.address(more.getAddress(), false, at.field("address"))),
                chains,
                defaultChain(listener, spot),
                Translation.number(
                        listener.hasPerConnectionBufferLimitBytes(),
                        listener.getPerConnectionBufferLimitBytes(),
                        DEFAULT_BUFFER_LIMIT),
                inspectsTls(listener, chains, spot),
                ListenerFiltersTranslator.proxyProtocol(listener),
                ListenerFiltersTranslator.restoresDestination(listener),
                new Listener.FilterWait(
                        translation.duration(
                                listener.hasListenerFiltersTimeout(),
                                listener.getListenerFiltersTimeout(),
                                FILTERS_TIMEOUT,
                                spot.field("listener_filters_timeout")),
                        listener.getContinueOnListenerFiltersTimeout()),
                listener.getTrafficDirection() == TrafficDirection.INBOUND,
                accessLogs.translate(listener.getAccessLogList(), spot.field("access_log")),
                listener.getIgnoreGlobalConnLimit(),
                listener.getBypassOverloadManager(),
                listener.getFreebind().getValue(),
                MetadataTranslator.translate(listener.getMetadata()));
    }

    /** Its name, or one made of its address. */
    static String name(io.envoyproxy.envoy.config.listener.v3.Listener listener) {
        if (!listener.getName().isEmpty()) {
            return listener.getName();
        }
        var address = listener.getAddress();
        return address.hasPipe()
                ? new Address.Pipe(address.getPipe().getPath()).toString()
                : new Address.Socket(
                                address.getSocketAddress().getAddress(),
                                address.getSocketAddress().getPortValue())
                        .toString();
    }

    private @Nullable FilterChain defaultChain(
            io.envoyproxy.envoy.config.listener.v3.Listener listener, Spot spot) {
        return listener.hasDefaultFilterChain()
                ? chain(listener.getDefaultFilterChain(), spot.field("default_filter_chain"))
                : null;
    }

    /** Envoy adds the inspector by itself where a chain asks for what it finds out. */
    private LocalPorts inspectsTls(
            io.envoyproxy.envoy.config.listener.v3.Listener listener,
            List<FilterChain> chains,
            Spot spot) {
        var filters = listener.getListenerFiltersList();
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).getTypedConfig().getTypeUrl().isEmpty()) {
                translation.error(
                        spot.field("listener_filters").index(i),
                        "the listener filter \""
                                + filters.get(i).getName()
                                + "\" has no typed_config",
                        "add typed_config: {\"@type\": "
                                + MessageTypes.URL_PREFIX
                                + TLS_INSPECTOR
                                + "}");
            }
        }
        var configured = ListenerFiltersTranslator.ports(listener, TLS_INSPECTOR);
        boolean needed = chains.stream().anyMatch(ListenerTranslator::needsInspector);
        return configured.orElse(needed ? LocalPorts.ALL : LocalPorts.NONE);
    }

    private static boolean needsInspector(FilterChain chain) {
        var match = chain.match();
        return !match.serverNames().isEmpty()
                || !match.applicationProtocols().isEmpty()
                || match.transportProtocol().equals("tls");
    }

    private void checkMatches(List<FilterChain> chains, Spot spot) {
        if (chains.size() < 2) {
            return;
        }
        var seen = new HashMap<FilterChain.Match, Spot>();
        for (int i = 0; i < chains.size(); i++) {
            var at = spot.index(i);
            var first = seen.putIfAbsent(chains.get(i).match(), at);
            if (first != null) {
                translation.error(
                        at,
                        "the filter chain of line "
                                + first.place().line()
                                + " has the same filter_chain_match",
                        "give each chain its own server_names, prefix_ranges or destination_port");
            }
        }
    }

    private FilterChain chain(io.envoyproxy.envoy.config.listener.v3.FilterChain chain, Spot spot) {
        return networkFilters.translate(
                chain,
                match(chain.getFilterChainMatch(), spot.field("filter_chain_match")),
                chain.hasTransportSocket()
                        ? tls.downstream(
                                chain.getTransportSocket(),
                                translation.duration(
                                        chain.hasTransportSocketConnectTimeout(),
                                        chain.getTransportSocketConnectTimeout(),
                                        Duration.ZERO,
                                        spot.field("transport_socket_connect_timeout")),
                                spot.field("transport_socket"))
                        : null,
                spot.field("filters"));
    }

    private FilterChain.Match match(
            io.envoyproxy.envoy.config.listener.v3.FilterChainMatch match, Spot spot) {
        var names = match.getServerNamesList();
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i);
            if (name.lastIndexOf('*') > 0 || (name.startsWith("*") && !name.startsWith("*."))) {
                translation.error(
                        spot.field("server_names").index(i),
                        "a partial wildcard: \"" + name + "\" (expected: *.example.com)");
            }
        }
        return new FilterChain.Match(
                names.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList(),
                match.getTransportProtocol(),
                match.getApplicationProtocolsList(),
                Translation.each(
                        match.getPrefixRangesList(), spot.field("prefix_ranges"), common::cidr),
                Translation.each(
                        match.getDirectSourcePrefixRangesList(),
                        spot.field("direct_source_prefix_ranges"),
                        common::cidr),
                switch (match.getSourceType()) {
                    case ANY, UNRECOGNIZED -> FilterChain.SourceType.ANY;
                    case SAME_IP_OR_LOOPBACK -> FilterChain.SourceType.LOCAL;
                    case EXTERNAL -> FilterChain.SourceType.EXTERNAL;
                },
                Translation.each(
                        match.getSourcePrefixRangesList(),
                        spot.field("source_prefix_ranges"),
                        common::cidr),
                match.getSourcePortsList(),
                match.getDestinationPort().getValue());
    }
}
