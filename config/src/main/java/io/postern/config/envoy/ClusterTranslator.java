package io.postern.config.envoy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.postern.config.envoy.UpstreamOptionsTranslator.UpstreamOptions;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Assignment;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.HostLoss;
import io.postern.config.model.Cluster.SocketMatch;
import io.postern.config.model.Cluster.Sockets;
import io.postern.config.model.Cluster.TcpKeepalive;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates {@code envoy.config.cluster.v3.Cluster}. */
final class ClusterTranslator {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int DEFAULT_BUFFER_LIMIT = 1024 * 1024;

    private final Translation translation;
    private final EndpointsTranslator endpoints;
    private final UpstreamOptionsTranslator options;
    private final TlsTranslator tls;
    private final ConfigSourceTranslator sources;
    private final HealthCheckTranslator checks;
    private final CommonTranslator common;
    private final ProxySocketTranslator proxied;

    ClusterTranslator(Translation translation) {
        this.translation = translation;
        this.endpoints = new EndpointsTranslator(translation);
        this.options = new UpstreamOptionsTranslator(translation);
        this.tls = new TlsTranslator(translation);
        this.sources = new ConfigSourceTranslator(translation);
        this.checks = new HealthCheckTranslator(translation);
        this.common = new CommonTranslator(translation);
        this.proxied = new ProxySocketTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var cluster = "envoy.config.cluster.v3.";
        return List.of(
                MessageSupport.of(cluster + "Cluster")
                        .reads(
                                "name",
                                "alt_stat_name",
                                "connect_timeout",
                                "per_connection_buffer_limit_bytes",
                                "load_assignment",
                                "max_requests_per_connection",
                                "circuit_breakers",
                                "upstream_http_protocol_options",
                                "common_http_protocol_options",
                                "http_protocol_options",
                                "http2_protocol_options",
                                "protocol_selection",
                                "typed_extension_protocol_options",
                                "dns_refresh_rate",
                                "respect_dns_ttl",
                                "dns_lookup_family",
                                "transport_socket")
                        .reads(
                                "lb_policy",
                                "lb_subset_config",
                                "load_balancing_policy",
                                "common_lb_config",
                                "round_robin_lb_config",
                                "least_request_lb_config",
                                "ring_hash_lb_config",
                                "maglev_lb_config",
                                "health_checks",
                                "outlier_detection",
                                "close_connections_on_host_health_failure",
                                "ignore_health_on_host_removal",
                                "upstream_connection_options",
                                "upstream_bind_config",
                                "connection_pool_per_downstream_connection",
                                "preconnect_policy",
                                "dns_failure_refresh_rate",
                                "dns_jitter",
                                "transport_socket_matches")
                        .reads(
                                "eds_cluster_config",
                                "type",
                                "cluster_type",
                                "original_dst_lb_config",
                                "cleanup_interval")
                        .opaque("metadata")
                        .accepts("it only tunes DNS lookups", "use_tcp_for_dns_lookups")
                        .reads(
                                "dns_resolvers",
                                "typed_dns_resolver_config",
                                "dns_resolution_config")
                        .accepts("static clusters are ready at once", "wait_for_warm_on_init")
                        .accepts(
                                "it only makes statistics",
                                "track_timeout_budgets",
                                "track_cluster_stats"),
                MessageSupport.of(cluster + "Cluster.EdsClusterConfig")
                        .reads("eds_config", "service_name"),
                MessageSupport.of(cluster + "Cluster.TransportSocketMatch")
                        .reads("name", "transport_socket")
                        .opaque("match"),
                MessageSupport.of(cluster + "UpstreamConnectionOptions")
                        .reads("tcp_keepalive")
                        .accepts("connections go to one address", "happy_eyeballs_config")
                        .accepts(
                                "log lines name the address, not the interface",
                                "set_local_interface_name_on_upstream_connections"),
                MessageSupport.of("envoy.config.core.v3.TcpKeepalive")
                        .reads("keepalive_probes", "keepalive_time", "keepalive_interval"),
                MessageSupport.of("envoy.config.core.v3.BindConfig").reads("source_address"),
                MessageSupport.of(cluster + "Cluster.PreconnectPolicy")
                        .reads("per_upstream_preconnect_ratio"),
                MessageSupport.of(cluster + "LoadBalancingPolicy").reads("policies"),
                MessageSupport.of(cluster + "LoadBalancingPolicy.Policy")
                        .reads("typed_extension_config"),
                MessageSupport.of("envoy.config.core.v3.TypedExtensionConfig")
                        .reads("name", "typed_config"));
    }

    Cluster translate(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        var upstream = options.translate(cluster, spot);
        var discovery = new DiscoveryTranslator(translation).translate(cluster, spot);
        // What a request names is what the certificate has to be for.
        boolean named = discovery instanceof Discovery.ForwardProxy;
        return new Cluster(
                cluster.getName(),
                cluster.getAltStatName().isEmpty() ? cluster.getName() : cluster.getAltStatName(),
                discovery,
                hosts(cluster, discovery, spot),
                balancing(cluster, spot),
                healthChecks(cluster, spot.field("health_checks")),
                cluster.hasOutlierDetection()
                        ? new OutlierDetectionTranslator(translation)
                                .translate(
                                        cluster.getOutlierDetection(),
                                        spot.field("outlier_detection"))
                        : null,
                translation.duration(
                        cluster.hasConnectTimeout(),
                        cluster.getConnectTimeout(),
                        CONNECT_TIMEOUT,
                        spot.field("connect_timeout")),
                cluster.hasTransportSocket()
                        ? tls.upstream(
                                proxied.inner(cluster.getTransportSocket()),
                                upstream.autoSni() || named,
                                upstream.autoSanValidation() || named,
                                proxied.inner(
                                        cluster.getTransportSocket(),
                                        spot.field("transport_socket")))
                        : null,
                socketMatches(cluster, upstream, spot.field("transport_socket_matches")),
                upstream.protocol(),
                upstream.http1(),
                upstream.http2(),
                CircuitBreakersTranslator.translate(cluster.getCircuitBreakers()),
                sockets(cluster, spot),
                new HostLoss(
                        cluster.getCloseConnectionsOnHostHealthFailure(),
                        cluster.getIgnoreHealthOnHostRemoval(),
                        cluster.getCommonLbConfig().getCloseConnectionsOnHostSetChange(),
                        cluster.getCommonLbConfig().getIgnoreNewHostsUntilFirstHc()),
                new ResilienceTranslator(translation)
                        .translate(cluster, spot.field("typed_extension_protocol_options")),
                Translation.number(
                        cluster.hasPerConnectionBufferLimitBytes(),
                        cluster.getPerConnectionBufferLimitBytes(),
                        DEFAULT_BUFFER_LIMIT),
                upstream.maxRequestsPerConnection(),
                upstream.idleTimeout(),
                upstream.maxConnectionDuration(),
                upstream.maxResponseHeadersKib(),
                upstream.maxResponseHeadersCount(),
                MetadataTranslator.translate(cluster.getMetadata()));
    }

    private Assignment hosts(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Discovery discovery, Spot spot) {
        if (discovery instanceof Discovery.Eds(String name)) {
            return discoveredHosts(cluster, name, discovery, spot.field("eds_cluster_config"));
        }
        var at = spot.field("load_assignment");
        var hosts = endpoints.translate(cluster.getLoadAssignment(), discovery, at);
        if (discovery instanceof Discovery.LogicalDns
                && (hosts.endpoints().size() != 1
                        || hosts.endpoints().getFirst().endpoints().size() != 1)) {
            translation.error(
                    at,
                    "a LOGICAL_DNS cluster must have exactly one endpoint",
                    "use STRICT_DNS for several names");
        }
        return hosts;
    }

    private Assignment discoveredHosts(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster,
            String name,
            Discovery discovery,
            Spot spot) {
        if (!cluster.hasEdsClusterConfig()) {
            translation.error(
                    spot, "a cluster of type EDS without eds_cluster_config", "say eds_config");
            return Assignment.of(List.of());
        }
        var source =
                sources.translate(
                        cluster.getEdsClusterConfig().getEdsConfig(),
                        translation.self(),
                        spot.field("eds_config"));
        var found = translation.references().find(ResourceType.ENDPOINTS, source, name);
        return found == null
                ? Assignment.of(List.of())
                : endpoints.translate(
                        (ClusterLoadAssignment) found.message(), discovery, found.spot());
    }

    private LoadBalancing balancing(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        return cluster.hasLoadBalancingPolicy()
                ? new BalancingTranslator(translation).translate(cluster, spot)
                : new LbPolicyTranslator(translation).translate(cluster, spot);
    }

    private List<HealthCheck> healthChecks(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        if (cluster.getHealthChecksCount() > 1) {
            translation.error(
                    spot.index(1), "Multiple health checks not supported", "keep one of them");
        }
        return Translation.each(cluster.getHealthChecksList(), spot, checks::translate);
    }

    private List<SocketMatch> socketMatches(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster,
            UpstreamOptions upstream,
            Spot spot) {
        return Translation.each(
                cluster.getTransportSocketMatchesList(),
                spot,
                (match, at) ->
                        new SocketMatch(
                                match.getName(),
                                StructJson.members(match.getMatch()),
                                match.hasTransportSocket()
                                        ? tls.upstream(
                                                match.getTransportSocket(),
                                                upstream.autoSni(),
                                                upstream.autoSanValidation(),
                                                at.field("transport_socket"))
                                        : null));
    }

    private Sockets sockets(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        var options = cluster.getUpstreamConnectionOptions();
        var keepalive = options.getTcpKeepalive();
        var bind = cluster.getUpstreamBindConfig();
        var source =
                bind.hasSourceAddress()
                        ? common.address(
                                io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
                                        .setSocketAddress(bind.getSourceAddress())
                                        .build(),
                                false,
                                spot.field("upstream_bind_config").field("source_address"))
                        : null;
        var preconnect = cluster.getPreconnectPolicy();
        return new Sockets(
                options.hasTcpKeepalive()
                        ? new TcpKeepalive(
                                keepalive.getKeepaliveProbes().getValue(),
                                keepalive.getKeepaliveTime().getValue(),
                                keepalive.getKeepaliveInterval().getValue())
                        : null,
                source instanceof Address.Socket socket ? socket : null,
                preconnect.hasPerUpstreamPreconnectRatio()
                        ? preconnect.getPerUpstreamPreconnectRatio().getValue()
                        : 1,
                proxied.header(cluster, spot),
                cluster.getConnectionPoolPerDownstreamConnection());
    }
}
