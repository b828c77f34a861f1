package io.postern.config.envoy;

import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.postern.config.model.Listener;
import io.postern.config.model.LocalPorts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates the listener filters that change where a connection seems to come from. */
final class ListenerFiltersTranslator {
    private static final String FILTERS = "envoy.extensions.filters.listener.";
    private static final String PROXY_PROTOCOL = FILTERS + "proxy_protocol.v3.ProxyProtocol";
    private static final String ORIGINAL_DST = FILTERS + "original_dst.v3.OriginalDst";

    private static final String PREDICATE =
            "envoy.config.listener.v3.ListenerFilterChainMatchPredicate";

    private ListenerFiltersTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(PROXY_PROTOCOL)
                        .reads("allow_requests_without_proxy_protocol")
                        .accepts("it only names statistics", "stat_prefix"),
                MessageSupport.of(ORIGINAL_DST),
                MessageSupport.of(PREDICATE)
                        .reads(
                                "or_match",
                                "and_match",
                                "not_match",
                                "any_match",
                                "destination_port_range"),
                MessageSupport.of(PREDICATE + ".MatchSet").reads("rules"),
                MessageSupport.of("envoy.type.v3.Int32Range").reads("start", "end"),
                MessageSupport.of(FILTERS + "http_inspector.v3.HttpInspector"));
    }

    /** Null: connections begin with nothing of the kind. */
    static Listener.@Nullable ProxyProtocol proxyProtocol(
            io.envoyproxy.envoy.config.listener.v3.Listener listener) {
        return first(listener, PROXY_PROTOCOL)
                .map(filter ->
                        new Listener.ProxyProtocol(
                                Translation.unpack(filter.getTypedConfig(), ProxyProtocol.parser())
                                        .getAllowRequestsWithoutProxyProtocol(),
                                ports(filter)))
                .orElse(null);
    }

    /** Where connections were led here by the kernel, which knows where they were going. */
    static LocalPorts restoresDestination(
            io.envoyproxy.envoy.config.listener.v3.Listener listener) {
        return ports(listener, ORIGINAL_DST).orElse(LocalPorts.NONE);
    }

    /** Where the first filter of a type runs; empty: there is none. */
    static Optional<LocalPorts> ports(
            io.envoyproxy.envoy.config.listener.v3.Listener listener, String type) {
        return first(listener, type).map(ListenerFiltersTranslator::ports);
    }

    private static Optional<ListenerFilter> first(
            io.envoyproxy.envoy.config.listener.v3.Listener listener, String type) {
        return listener.getListenerFiltersList().stream()
                .filter(filter -> Translation.is(filter.getTypedConfig(), type))
                .findFirst();
    }

    private static LocalPorts ports(ListenerFilter filter) {
        return filter.hasFilterDisabled()
                ? LocalPorts.where(port -> !matches(filter.getFilterDisabled(), port))
                : LocalPorts.ALL;
    }

    private static boolean matches(ListenerFilterChainMatchPredicate predicate, int port) {
        return switch (predicate.getRuleCase()) {
            case OR_MATCH ->
                    predicate.getOrMatch().getRulesList().stream()
                            .anyMatch(rule -> matches(rule, port));
            case AND_MATCH ->
                    predicate.getAndMatch().getRulesList().stream()
                            .allMatch(rule -> matches(rule, port));
            case NOT_MATCH -> !matches(predicate.getNotMatch(), port);
            case ANY_MATCH -> true;
            case DESTINATION_PORT_RANGE -> {
                var range = predicate.getDestinationPortRange();
                yield port != LocalPorts.NO_PORT
                        && range.getStart() <= port
                        && port < range.getEnd();
            }
            case RULE_NOT_SET -> false;
        };
    }
}
