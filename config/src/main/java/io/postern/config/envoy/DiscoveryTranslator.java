package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RefreshRate;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates how a cluster finds its hosts: {@code type} or {@code cluster_type}. */
final class DiscoveryTranslator {
    private static final String DNS_CLUSTER = "envoy.extensions.clusters.dns.v3.DnsCluster";
    private static final Duration REFRESH_RATE = Duration.ofSeconds(5);

    private final Translation translation;

    DiscoveryTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var cluster = "envoy.config.cluster.v3.Cluster.";
        return List.of(
                MessageSupport.of(cluster + "CustomClusterType").reads("name", "typed_config"),
                MessageSupport.of(cluster + "RefreshRate").reads("base_interval", "max_interval"),
                MessageSupport.of(DNS_CLUSTER)
                        .reads(
                                "dns_refresh_rate",
                                "dns_failure_refresh_rate",
                                "respect_dns_ttl",
                                "dns_jitter",
                                "dns_lookup_family",
                                "all_addresses_in_single_endpoint"),
                MessageSupport.of(DNS_CLUSTER + ".RefreshRate")
                        .reads("base_interval", "max_interval"));
    }

    @SuppressWarnings("deprecation") // the DNS fields: DnsCluster is to replace them
    Discovery translate(Cluster cluster, Spot spot) {
        if (cluster.hasClusterType()) {
            return dnsCluster(cluster, spot.field("cluster_type"));
        }
        return switch (cluster.getType()) {
            case STATIC -> new Discovery.Static();
            case STRICT_DNS -> new Discovery.StrictDns(lookups(cluster, spot));
            case LOGICAL_DNS -> new Discovery.LogicalDns(lookups(cluster, spot));
            case EDS -> {
                var name = cluster.getEdsClusterConfig().getServiceName();
                yield new Discovery.Eds(name.isEmpty() ? cluster.getName() : name);
            }
            case ORIGINAL_DST, UNRECOGNIZED -> {
                translation.error(
                        spot.field("type"),
                        "not supported yet: clusters of the type " + cluster.getType(),
                        "use STATIC, STRICT_DNS, LOGICAL_DNS or EDS");
                yield new Discovery.Static();
            }
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
        return new Rates(rate, cluster.getRespectDnsTtl(), cluster.getDnsJitter())
                .lookups(
                        DnsFamily.valueOf(cluster.getDnsLookupFamily().name()),
                        cluster.hasDnsFailureRefreshRate(),
                        failure.getBaseInterval(),
                        failure.hasMaxInterval()
                                ? failure.getMaxInterval()
                                : com.google.protobuf.Duration.getDefaultInstance());
    }

    /** What both ways of configuring DNS have in common. */
    private record Rates(Duration rate, boolean respectTtl, com.google.protobuf.Duration jitter) {
        DnsLookups lookups(
                DnsFamily family,
                boolean failureRate,
                com.google.protobuf.Duration base,
                com.google.protobuf.Duration max) {
            Duration first = failureRate ? duration(base) : rate;
            Duration most = duration(max);
            Duration last =
                    failureRate ? (most.isZero() ? Translation.times(10, first) : most) : rate;
            return new DnsLookups(rate, respectTtl, family, first, last, duration(jitter));
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
                        "use type: STATIC, STRICT_DNS or LOGICAL_DNS");
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
                new Rates(rate, dns.getRespectDnsTtl(), dns.getDnsJitter())
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
