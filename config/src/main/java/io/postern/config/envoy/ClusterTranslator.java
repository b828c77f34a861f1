package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.LbPolicy;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.config.model.Cluster.Thresholds;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates {@code envoy.config.cluster.v3.Cluster}. */
final class ClusterTranslator {
    private static final String DNS_CLUSTER = "envoy.extensions.clusters.dns.v3.DnsCluster";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DNS_REFRESH_RATE = Duration.ofSeconds(5);
    private static final int DEFAULT_BUFFER_LIMIT = 1024 * 1024;

    private final Translation translation;
    private final EndpointsTranslator endpoints;
    private final UpstreamOptionsTranslator options;
    private final TlsTranslator tls;
    private final ConfigSourceTranslator sources;

    ClusterTranslator(Translation translation) {
        this.translation = translation;
        this.endpoints = new EndpointsTranslator(translation);
        this.options = new UpstreamOptionsTranslator(translation);
        this.tls = new TlsTranslator(translation);
        this.sources = new ConfigSourceTranslator(translation);
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
                                "eds_cluster_config",
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
                        .partly("type", "STATIC, STRICT_DNS, LOGICAL_DNS and EDS")
                        .partly("cluster_type", "DnsCluster only")
                        .partly("lb_policy", "ROUND_ROBIN, LEAST_REQUEST and RANDOM")
                        .partly(
                                "load_balancing_policy",
                                "round_robin, least_request and random with their defaults")
                        .accepts("nothing reads it yet", "metadata")
                        .accepts(
                                "it only tunes DNS lookups",
                                "dns_jitter",
                                "use_tcp_for_dns_lookups")
                        .accepts(
                                "a failed lookup is tried again after dns_refresh_rate",
                                "dns_failure_refresh_rate")
                        .accepts("static clusters are ready at once", "wait_for_warm_on_init")
                        .accepts("unused hosts cost nothing", "cleanup_interval")
                        .accepts(
                                "there are no active health checks yet",
                                "close_connections_on_host_health_failure",
                                "ignore_health_on_host_removal")
                        .accepts(
                                "it only makes statistics",
                                "track_timeout_budgets",
                                "track_cluster_stats")
                        .accepts(
                                "the kernel's keep-alive settings hold",
                                "upstream_connection_options"),
                MessageSupport.of(cluster + "Cluster.EdsClusterConfig")
                        .reads("eds_config", "service_name"),
                MessageSupport.of(cluster + "Cluster.CustomClusterType")
                        .reads("name", "typed_config"),
                MessageSupport.of(DNS_CLUSTER)
                        .reads(
                                "dns_refresh_rate",
                                "respect_dns_ttl",
                                "dns_lookup_family",
                                "all_addresses_in_single_endpoint")
                        .accepts("it only tunes DNS lookups", "dns_jitter")
                        .accepts(
                                "a failed lookup is tried again after dns_refresh_rate",
                                "dns_failure_refresh_rate"),
                MessageSupport.of(cluster + "CircuitBreakers").reads("thresholds"),
                MessageSupport.of(cluster + "CircuitBreakers.Thresholds")
                        .reads(
                                "priority",
                                "max_connections",
                                "max_pending_requests",
                                "max_requests",
                                "max_retries")
                        .accepts("it only makes statistics", "track_remaining"),
                MessageSupport.of(cluster + "LoadBalancingPolicy").reads("policies"),
                MessageSupport.of(cluster + "LoadBalancingPolicy.Policy")
                        .reads("typed_extension_config"),
                MessageSupport.of("envoy.config.core.v3.TypedExtensionConfig")
                        .reads("name", "typed_config"),
                MessageSupport.of(LbPolicies.ROUND_ROBIN),
                MessageSupport.of(LbPolicies.LEAST_REQUEST).only("choice_count", "2"),
                MessageSupport.of(LbPolicies.RANDOM));
    }

    Cluster translate(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        var upstream = options.translate(cluster, spot);
        var discovery = discovery(cluster, spot);
        return new Cluster(
                cluster.getName(),
                cluster.getAltStatName().isEmpty() ? cluster.getName() : cluster.getAltStatName(),
                discovery,
                hosts(cluster, discovery, spot),
                lbPolicy(cluster, spot),
                translation.duration(
                        cluster.hasConnectTimeout(),
                        cluster.getConnectTimeout(),
                        CONNECT_TIMEOUT,
                        spot.field("connect_timeout")),
                cluster.hasTransportSocket()
                        ? tls.upstream(
                                cluster.getTransportSocket(),
                                upstream.autoSni(),
                                upstream.autoSanValidation(),
                                spot.field("transport_socket"))
                        : null,
                upstream.protocol(),
                upstream.http1(),
                upstream.http2(),
                circuitBreakers(cluster.getCircuitBreakers()),
                Translation.number(
                        cluster.hasPerConnectionBufferLimitBytes(),
                        cluster.getPerConnectionBufferLimitBytes(),
                        DEFAULT_BUFFER_LIMIT),
                upstream.maxRequestsPerConnection(),
                upstream.idleTimeout(),
                upstream.maxConnectionDuration(),
                upstream.maxResponseHeadersKib(),
                upstream.maxResponseHeadersCount());
    }

    @SuppressWarnings("deprecation") // the DNS fields: DnsCluster is to replace them
    private Discovery discovery(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        if (cluster.hasClusterType()) {
            return dnsCluster(cluster, spot.field("cluster_type"));
        }
        var rate =
                translation.duration(
                        cluster.hasDnsRefreshRate(),
                        cluster.getDnsRefreshRate(),
                        DNS_REFRESH_RATE,
                        spot.field("dns_refresh_rate"));
        var family = DnsFamily.valueOf(cluster.getDnsLookupFamily().name());
        return switch (cluster.getType()) {
            case STATIC -> new Discovery.Static();
            case STRICT_DNS -> new Discovery.StrictDns(rate, cluster.getRespectDnsTtl(), family);
            case LOGICAL_DNS -> new Discovery.LogicalDns(rate, cluster.getRespectDnsTtl(), family);
            case EDS -> new Discovery.Eds(edsName(cluster));
            case ORIGINAL_DST, UNRECOGNIZED -> {
                translation.error(
                        spot.field("type"),
                        "not supported yet: clusters of the type " + cluster.getType(),
                        "use STATIC, STRICT_DNS, LOGICAL_DNS or EDS");
                yield new Discovery.Static();
            }
        };
    }

    private Discovery dnsCluster(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        var any = cluster.getClusterType().getTypedConfig();
        if (!Translation.is(any, DNS_CLUSTER)) {
            if (any.getTypeUrl().isEmpty()) {
                var name = cluster.getClusterType().getName();
                translation.error(
                        spot,
                        "not supported yet: clusters of the type " + name,
                        "use type: STATIC, STRICT_DNS or LOGICAL_DNS");
            }
            return new Discovery.Static();
        }
        var dns = Translation.unpack(any, DnsCluster.parser());
        var rate =
                translation.duration(
                        dns.hasDnsRefreshRate(),
                        dns.getDnsRefreshRate(),
                        DNS_REFRESH_RATE,
                        spot.field("typed_config").field("dns_refresh_rate"));
        var family =
                switch (dns.getDnsLookupFamily()) {
                    case UNSPECIFIED, AUTO, UNRECOGNIZED -> DnsFamily.AUTO;
                    case V4_ONLY -> DnsFamily.V4_ONLY;
                    case V6_ONLY -> DnsFamily.V6_ONLY;
                    case V4_PREFERRED -> DnsFamily.V4_PREFERRED;
                    case ALL -> DnsFamily.ALL;
                };
        return dns.getAllAddressesInSingleEndpoint()
                ? new Discovery.LogicalDns(rate, dns.getRespectDnsTtl(), family)
                : new Discovery.StrictDns(rate, dns.getRespectDnsTtl(), family);
    }

    private List<LocalityEndpoints> hosts(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Discovery discovery, Spot spot) {
        if (discovery instanceof Discovery.Eds(String name)) {
            return discoveredHosts(cluster, name, discovery, spot.field("eds_cluster_config"));
        }
        var at = spot.field("load_assignment");
        var hosts = endpoints.translate(cluster.getLoadAssignment(), discovery, at);
        if (discovery instanceof Discovery.LogicalDns
                && (hosts.size() != 1 || hosts.getFirst().endpoints().size() != 1)) {
            translation.error(
                    at,
                    "a LOGICAL_DNS cluster must have exactly one endpoint",
                    "use STRICT_DNS for several names");
        }
        return hosts;
    }

    private static String edsName(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster) {
        var name = cluster.getEdsClusterConfig().getServiceName();
        return name.isEmpty() ? cluster.getName() : name;
    }

    private List<LocalityEndpoints> discoveredHosts(
            io.envoyproxy.envoy.config.cluster.v3.Cluster cluster,
            String name,
            Discovery discovery,
            Spot spot) {
        if (!cluster.hasEdsClusterConfig()) {
            translation.error(
                    spot, "a cluster of type EDS without eds_cluster_config", "say eds_config");
            return List.of();
        }
        var source =
                sources.translate(
                        cluster.getEdsClusterConfig().getEdsConfig(),
                        translation.self(),
                        spot.field("eds_config"));
        var found = translation.references().find(ResourceType.ENDPOINTS, source, name);
        return found == null
                ? List.of()
                : endpoints.translate(
                        (ClusterLoadAssignment) found.message(), discovery, found.spot());
    }

    private LbPolicy lbPolicy(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        if (cluster.hasLoadBalancingPolicy()) {
            return new LbPolicies(translation)
                    .first(cluster.getLoadBalancingPolicy(), spot.field("load_balancing_policy"));
        }
        return switch (cluster.getLbPolicy()) {
            case ROUND_ROBIN -> LbPolicy.ROUND_ROBIN;
            case LEAST_REQUEST -> LbPolicy.LEAST_REQUEST;
            case RANDOM -> LbPolicy.RANDOM;
            case RING_HASH,
                    MAGLEV,
                    CLUSTER_PROVIDED,
                    LOAD_BALANCING_POLICY_CONFIG,
                    UNRECOGNIZED -> {
                translation.error(
                        spot.field("lb_policy"),
                        "not supported yet: lb_policy " + cluster.getLbPolicy(),
                        "use ROUND_ROBIN, LEAST_REQUEST or RANDOM");
                yield LbPolicy.ROUND_ROBIN;
            }
        };
    }

    private static Cluster.CircuitBreakers circuitBreakers(CircuitBreakers breakers) {
        return new Cluster.CircuitBreakers(
                thresholds(breakers, RoutingPriority.DEFAULT),
                thresholds(breakers, RoutingPriority.HIGH));
    }

    private static Thresholds thresholds(CircuitBreakers breakers, RoutingPriority priority) {
        var limits =
                breakers.getThresholdsList().stream()
                        .filter(candidate -> candidate.getPriority() == priority)
                        .findFirst()
                        .orElse(CircuitBreakers.Thresholds.getDefaultInstance());
        return new Thresholds(
                Translation.number(limits.hasMaxConnections(), limits.getMaxConnections(), 1024),
                Translation.number(
                        limits.hasMaxPendingRequests(), limits.getMaxPendingRequests(), 1024),
                Translation.number(limits.hasMaxRequests(), limits.getMaxRequests(), 1024),
                Translation.number(limits.hasMaxRetries(), limits.getMaxRetries(), 3));
    }
}
