package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.postern.config.envoy.TriesTranslator.Outer;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.MirrorPolicy;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.config.source.Place;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.route.v3.RouteConfiguration} and its virtual hosts. */
final class RouteTableTranslator {
    private static final int DEFAULT_MAX_BODY_BYTES = 4096;

    private final Translation translation;
    private final Set<String> clusterNames;
    private final HeaderMutationsTranslator headers;

    RouteTableTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.clusterNames = clusterNames;
        this.headers = new HeaderMutationsTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.RouteConfiguration")
                        .reads(
                                "name",
                                "virtual_hosts",
                                "vhds",
                                "most_specific_header_mutations_wins",
                                "validate_clusters",
                                "max_direct_response_body_size_bytes",
                                "ignore_port_in_host_matching",
                                "typed_per_filter_config",
                                "request_mirror_policies",
                                "ignore_path_parameters_in_path_matching",
                                "internal_only_headers")
                        .reads(HeaderMutationsTranslator.FIELDS)
                        .opaque("metadata"),
                MessageSupport.of("envoy.config.route.v3.Vhds").reads("config_source"),
                MessageSupport.of("envoy.config.route.v3.VirtualHost")
                        .reads(
                                "name",
                                "domains",
                                "routes",
                                "require_tls",
                                "typed_per_filter_config",
                                "include_request_attempt_count",
                                "include_attempt_count_in_response",
                                "include_is_timeout_retry_header",
                                "retry_policy",
                                "hedge_policy",
                                "request_mirror_policies",
                                "request_body_buffer_limit",
                                "per_request_buffer_limit_bytes")
                        .reads(HeaderMutationsTranslator.FIELDS)
                        .accepts("they only make statistics", "virtual_clusters")
                        .accepts("only rate limit filters read it", "rate_limits")
                        .reads("cors")
                        .opaque("metadata"));
    }

    /** The virtual hosts that are delivered apart from their table. */
    List<References.Found> delivered(RouteConfiguration table, Spot spot) {
        ConfigSource source = source(table, spot);
        return source == null
                ? List.of()
                : translation
                        .references()
                        .findAll(ResourceType.VIRTUAL_HOST, source, table.getName());
    }

    private @Nullable ConfigSource source(RouteConfiguration table, Spot spot) {
        return table.hasVhds()
                ? new ConfigSourceTranslator(translation)
                        .translate(
                                table.getVhds().getConfigSource(),
                                translation.self(),
                                spot.field("vhds").field("config_source"))
                : null;
    }

    RouteTable translate(
            RouteConfiguration table, Set<String> filterNames, boolean validates, Spot spot) {
        return translate(table, delivered(table, spot), filterNames, validates, spot);
    }

    /**
     * @param validates whether an unknown cluster is an error unless the table says so itself
     */
    RouteTable translate(
            RouteConfiguration table,
            List<References.Found> more,
            Set<String> filterNames,
            boolean validates,
            Spot spot) {
        boolean validatesClusters =
                table.hasValidateClusters() ? table.getValidateClusters().getValue() : validates;
        var scope = new RouteScope(translation, clusterNames, validatesClusters, filterNames);
        int maxBodyBytes =
                Translation.number(
                        table.hasMaxDirectResponseBodySizeBytes(),
                        table.getMaxDirectResponseBodySizeBytes(),
                        DEFAULT_MAX_BODY_BYTES);
        var inTable =
                new InTable(
                        scope,
                        maxBodyBytes,
                        new MirrorTranslator(translation, scope)
                                .translate(
                                        table.getRequestMirrorPoliciesList(),
                                        spot.field("request_mirror_policies")));
        var hostsSpot = spot.field("virtual_hosts");
        var hosts =
                Translation.each(
                        table.getVirtualHostsList(),
                        hostsSpot,
                        (host, at) -> virtualHost(host, inTable, at));
        for (var one : more) {
            hosts.add(
                    virtualHost(
                            (io.envoyproxy.envoy.config.route.v3.VirtualHost) one.message(),
                            inTable,
                            one.spot()));
        }
        checkNames(hosts.subList(0, table.getVirtualHostsCount()), hostsSpot);
        checkDomains(hosts, hostsSpot);
        return new RouteTable(
                table.getName(),
                hosts,
                headers.translate(
                        table.getRequestHeadersToAddList(),
                        table.getRequestHeadersToRemoveList(),
                        table.getResponseHeadersToAddList(),
                        table.getResponseHeadersToRemoveList(),
                        spot),
                table.getMostSpecificHeaderMutationsWins(),
                table.getIgnorePortInHostMatching(),
                table.getIgnorePathParametersInPathMatching(),
                table.getInternalOnlyHeadersList().stream().map(HeaderName::of).toList(),
                scope.overrides(table.getTypedPerFilterConfigMap(), spot),
                source(table, spot),
                null);
    }

    /** What the virtual hosts of one table share. */
    private record InTable(RouteScope scope, int maxBodyBytes, List<MirrorPolicy> mirrors) {}

    private RouteTranslator routesOf(
            io.envoyproxy.envoy.config.route.v3.VirtualHost host, InTable table, Spot spot) {
        var mirrors =
                host.getRequestMirrorPoliciesCount() == 0
                        ? table.mirrors()
                        : new MirrorTranslator(translation, table.scope())
                                .translate(
                                        host.getRequestMirrorPoliciesList(),
                                        spot.field("request_mirror_policies"));
        var tries = new TriesTranslator(translation).ofHost(host, spot);
        return new RouteTranslator(
                translation, table.scope(), table.maxBodyBytes(), new Outer(tries, mirrors));
    }

    private VirtualHost virtualHost(
            io.envoyproxy.envoy.config.route.v3.VirtualHost host, InTable table, Spot spot) {
        var routes = routesOf(host, table, spot);
        var routesSpot = spot.field("routes");
        var translated = Translation.each(host.getRoutesList(), routesSpot, routes::translate);
        ShadowedRoutes.check(translated, routesSpot, translation);
        return new VirtualHost(
                host.getName(),
                host.getDomainsList(),
                translated,
                switch (host.getRequireTls()) {
                    case NONE, UNRECOGNIZED -> TlsRequirement.NONE;
                    case EXTERNAL_ONLY -> TlsRequirement.EXTERNAL_ONLY;
                    case ALL -> TlsRequirement.ALL;
                },
                headers.translate(
                        host.getRequestHeadersToAddList(),
                        host.getRequestHeadersToRemoveList(),
                        host.getResponseHeadersToAddList(),
                        host.getResponseHeadersToRemoveList(),
                        spot),
                host.hasRetryPolicy()
                        ? new RetryPolicyTranslator(translation)
                                .translate(
                                        host.getRetryPolicy(),
                                        Duration.ZERO,
                                        spot.field("retry_policy"))
                        : null,
                host.getIncludeRequestAttemptCount(),
                host.getIncludeAttemptCountInResponse(),
                host.getIncludeIsTimeoutRetryHeader(),
                overrides(host, table.scope(), spot),
                MetadataTranslator.translate(host.getMetadata()));
    }

    @SuppressWarnings("deprecation") // Envoy still takes virtual_hosts.cors
    private static FilterOverrides overrides(
            io.envoyproxy.envoy.config.route.v3.VirtualHost host, RouteScope scope, Spot spot) {
        return scope.overrides(
                host.getTypedPerFilterConfigMap(), host.hasCors() ? host.getCors() : null, spot);
    }

    private void checkNames(List<VirtualHost> hosts, Spot spot) {
        var seen = new HashSet<String>();
        for (int i = 0; i < hosts.size(); i++) {
            if (!seen.add(hosts.get(i).name())) {
                translation.warning(
                        spot.index(i).field("name"),
                        "statistics and logs cannot tell apart two virtual hosts named \""
                                + hosts.get(i).name()
                                + "\"",
                        "give each its own name");
            }
        }
    }

    private void checkDomains(List<VirtualHost> hosts, Spot spot) {
        Map<String, Place> seen = new HashMap<>();
        for (int i = 0; i < hosts.size(); i++) {
            var at = spot.index(i).field("domains");
            var domains = hosts.get(i).domains();
            for (int j = 0; j < domains.size(); j++) {
                var domain = at.index(j);
                var first =
                        seen.putIfAbsent(domains.get(j).toLowerCase(Locale.ROOT), domain.place());
                if (first != null) {
                    translation.error(
                            domain,
                            "only one virtual host can have the domain \""
                                    + domains.get(j)
                                    + "\": line "
                                    + first.line()
                                    + " has it already",
                            "put the routes of both into one virtual host");
                }
            }
        }
    }
}
