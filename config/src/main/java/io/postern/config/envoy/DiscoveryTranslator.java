package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RefreshRate;
import io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;

/** Translates how a cluster finds its hosts: {@code type} or {@code cluster_type}. */
final class DiscoveryTranslator {
    private static final String DNS_CLUSTER = "envoy.extensions.clusters.dns.v3.DnsCluster";
    private static final String AGGREGATE = "envoy.extensions.clusters.aggregate.v3.ClusterConfig";
    private static final HeaderName ORIGINAL_HOST = HeaderName.of("x-envoy-original-dst-host");
    private static final Duration CLEANUP = Duration.ofSeconds(5);
    private static final Duration REFRESH_RATE = Duration.ofSeconds(5);

    private final Translation translation;
    private final NameServersTranslator nameServers;

    DiscoveryTranslator(Translation translation) {
        this.translation = translation;
        this.nameServers = new NameServersTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var cluster = "envoy.config.cluster.v3.Cluster.";
        return List.of(
                MessageSupport.of(cluster + "CustomClusterType").reads("name", "typed_config"),
                MessageSupport.of(cluster + "RefreshRate").reads("base_interval", "max_interval"),
                MessageSupport.of(AGGREGATE).reads("clusters"),
                MessageSupport.of(cluster + "OriginalDstLbConfig")
                        .reads("use_http_header", "http_header_name", "upstream_port_override"),
                MessageSupport.of(DNS_CLUSTER)
                        .reads(
                                "dns_refresh_rate",
                                "dns_failure_refresh_rate",
                                "respect_dns_ttl",
                                "dns_jitter",
                                "dns_lookup_family",
                                "all_addresses_in_single_endpoint",
                                "typed_dns_resolver_config"),
                MessageSupport.of(DNS_CLUSTER + ".RefreshRate")
                        .reads("base_interval", "max_interval"));
    }

    @SuppressWarnings("deprecation") // the DNS fields: DnsCluster is to replace them
    Discovery translate(Cluster cluster, Spot spot) {
        if (cluster.hasClusterType()) {
            return custom(cluster, spot.field("cluster_type"), spot);
        }
        return switch (cluster.getType()) {
            case STATIC -> new Discovery.Static();
            case STRICT_DNS -> new Discovery.StrictDns(lookups(cluster, spot));
            case LOGICAL_DNS -> new Discovery.LogicalDns(lookups(cluster, spot));
            case EDS -> {
                var name = cluster.getEdsClusterConfig().getServiceName();
                yield new Discovery.Eds(name.isEmpty() ? cluster.getName() : name);
            }
            case ORIGINAL_DST -> {
                provided(cluster, spot);
                yield originalDestination(cluster, spot);
            }
            case UNRECOGNIZED -> new Discovery.Static(); // refused before
        };
    }

    private Discovery originalDestination(Cluster cluster, Spot spot) {
        if (cluster.getLoadAssignment().getEndpointsCount() > 0) {
            translation.error(
                    spot.field("load_assignment"),
                    "endpoints in a cluster of type ORIGINAL_DST, which has the client's",
                    "remove them");
        }
        var config = cluster.getOriginalDstLbConfig();
        HeaderName header = null;
        if (config.getUseHttpHeader()) {
            header =
                    config.getHttpHeaderName().isEmpty()
                            ? ORIGINAL_HOST
                            : HeaderName.ofRequest(config.getHttpHeaderName());
        } else if (!config.getHttpHeaderName().isEmpty()) {
            translation.error(
                    spot.field("original_dst_lb_config").field("http_header_name"),
                    "http_header_name without use_http_header",
                    "set use_http_header: true");
        }
        return new Discovery.OriginalDestination(
                header,
                config.getUpstreamPortOverride().getValue(),
                translation.duration(
                        cluster.hasCleanupInterval(),
                        cluster.getCleanupInterval(),
                        CLEANUP,
                        spot.field("cleanup_interval")));
    }

    /** Such clusters choose hosts themselves. */
    private void provided(Cluster cluster, Spot spot) {
        boolean typed =
                cluster.hasLoadBalancingPolicy()
                        && cluster.getLoadBalancingPolicy().getPoliciesList().stream()
                                .anyMatch(policy ->
                                        Translation.is(
                                                policy.getTypedExtensionConfig().getTypedConfig(),
                                                BalancingTranslator.CLUSTER_PROVIDED));
        if (cluster.getLbPolicy() != Cluster.LbPolicy.CLUSTER_PROVIDED && !typed) {
            translation.error(
                    spot.field("lb_policy"),
                    "a cluster of this type chooses the hosts itself",
                    "set lb_policy: CLUSTER_PROVIDED");
        }
    }

    private Discovery custom(Cluster cluster, Spot spot, Spot clusterSpot) {
        var any = cluster.getClusterType().getTypedConfig();
        return switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case AGGREGATE -> {
                provided(cluster, clusterSpot);
                var names = Translation.unpack(any, ClusterConfig.parser()).getClustersList();
                if (names.contains(cluster.getName())) {
                    translation.error(
                            spot.field("typed_config").field("clusters"),
                            "an aggregate of itself",
                            "name other clusters");
                }
                yield new Discovery.Aggregate(names);
            }
            case ForwardProxyTranslator.CLUSTER -> {
                provided(cluster, clusterSpot);
                yield new ForwardProxyTranslator(translation)
                        .cluster(any, spot.field("typed_config"));
            }
            default -> dnsCluster(cluster, spot);
        };
    }

    @SuppressWarnings("deprecation") // the DNS fields: DnsCluster is to replace them
    private DnsLookups lookups(Cluster cluster, Spot spot) {
        var rate =
                translation.duration(
                        cluster.hasDnsRefreshRate(),
                        cluster.getDnsRefreshRate(),
                        REFRESH_RATE,
                        spot.field("dns_refresh_rate"));
        RefreshRate failure = cluster.getDnsFailureRefreshRate();
        return new Rates(
                        rate,
                        cluster.getRespectDnsTtl(),
                        cluster.getDnsJitter(),
                        servers(cluster, spot))
                .lookups(
                        DnsFamily.valueOf(cluster.getDnsLookupFamily().name()),
                        cluster.hasDnsFailureRefreshRate(),
                        failure.getBaseInterval(),
                        failure.hasMaxInterval()
                                ? failure.getMaxInterval()
                                : com.google.protobuf.Duration.getDefaultInstance());
    }

    @SuppressWarnings("deprecation") // Envoy still takes the older two fields
    private List<Address.Socket> servers(Cluster cluster, Spot spot) {
        if (cluster.hasTypedDnsResolverConfig()) {
            return nameServers.typed(
                    cluster.getTypedDnsResolverConfig().getTypedConfig(),
                    spot.field("typed_dns_resolver_config").field("typed_config"));
        }
        return cluster.hasDnsResolutionConfig()
                ? nameServers.servers(
                        cluster.getDnsResolutionConfig().getResolversList(),
                        spot.field("dns_resolution_config").field("resolvers"))
                : nameServers.servers(cluster.getDnsResolversList(), spot.field("dns_resolvers"));
    }

    /** What the ways of configuring DNS have in common. */
    record Rates(
            Duration rate,
            boolean respectTtl,
            com.google.protobuf.Duration jitter,
            List<Address.Socket> servers) {
        DnsLookups lookups(
                DnsFamily family,
                boolean failureRate,
                com.google.protobuf.Duration base,
                com.google.protobuf.Duration max) {
            Duration first = failureRate ? duration(base) : rate;
            Duration most = duration(max);
            Duration last =
                    failureRate ? (most.isZero() ? Translation.times(10, first) : most) : rate;
            return new DnsLookups(rate, respectTtl, family, first, last, duration(jitter), servers);
        }

        private static Duration duration(com.google.protobuf.Duration value) {
            return Duration.ofSeconds(value.getSeconds(), value.getNanos());
        }
    }

    private Discovery dnsCluster(Cluster cluster, Spot spot) {
        var any = cluster.getClusterType().getTypedConfig();
        if (!Translation.is(any, DNS_CLUSTER)) {
            if (any.getTypeUrl().isEmpty()) {
                var name = cluster.getClusterType().getName();
                translation.error(
                        spot,
                        "not supported yet: clusters of the type " + name,
                        "add typed_config, or use type: STATIC, STRICT_DNS or LOGICAL_DNS");
            }
            return new Discovery.Static();
        }
        var dns = Translation.unpack(any, DnsCluster.parser());
        var rate =
                translation.duration(
                        dns.hasDnsRefreshRate(),
                        dns.getDnsRefreshRate(),
                        REFRESH_RATE,
                        spot.field("typed_config").field("dns_refresh_rate"));
        var family =
                switch (dns.getDnsLookupFamily()) {
                    case UNSPECIFIED, AUTO, UNRECOGNIZED -> DnsFamily.AUTO;
                    case V4_ONLY -> DnsFamily.V4_ONLY;
                    case V6_ONLY -> DnsFamily.V6_ONLY;
                    case V4_PREFERRED -> DnsFamily.V4_PREFERRED;
                    case ALL -> DnsFamily.ALL;
                };
        var failure = dns.getDnsFailureRefreshRate();
        var lookups =
                new Rates(
                                rate,
                                dns.getRespectDnsTtl(),
                                dns.getDnsJitter(),
                                dns.hasTypedDnsResolverConfig()
                                        ? nameServers.typed(
                                                dns.getTypedDnsResolverConfig().getTypedConfig(),
                                                spot.field("typed_config")
                                                        .field("typed_dns_resolver_config")
                                                        .field("typed_config"))
                                        : List.of())
                        .lookups(
                                family,
                                dns.hasDnsFailureRefreshRate(),
                                failure.getBaseInterval(),
                                failure.getMaxInterval());
        return dns.getAllAddressesInSingleEndpoint()
                ? new Discovery.LogicalDns(lookups)
                : new Discovery.StrictDns(lookups);
    }
}
