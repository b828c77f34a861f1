package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.NameCache;
import io.postern.config.model.ForwardProxySpec;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;

/**
 * Translates the dynamic forward proxy: its cluster, its filter and the cache of names that they
 * share.
 */
final class ForwardProxyTranslator {
    static final String CLUSTER =
            "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig";
    static final String FILTER = ForwardProxySpec.TYPE;
    static final String ROUTE =
            "envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig";
    private static final String CACHE = "envoy.extensions.common.dynamic_forward_proxy.v3.";

    private final Translation translation;

    ForwardProxyTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(CLUSTER)
                        .reads("dns_cache_config")
                        .accepts(
                                "certificates are checked for the name that is connected to",
                                "allow_insecure_cluster_options")
                        .only("allow_coalesced_connections", "false"),
                MessageSupport.of(FILTER)
                        .reads("dns_cache_config")
                        .accepts("the access log has %UPSTREAM_HOST%", "save_upstream_address"),
                MessageSupport.of(ROUTE).reads("host_rewrite_literal", "host_rewrite_header"),
                MessageSupport.of(CACHE + "DnsCacheCircuitBreakers").reads("max_pending_requests"),
                MessageSupport.of(CACHE + "DnsCacheConfig")
                        .reads(
                                "name",
                                "dns_lookup_family",
                                "dns_refresh_rate",
                                "dns_min_refresh_rate",
                                "host_ttl",
                                "max_hosts",
                                "dns_failure_refresh_rate",
                                "dns_cache_circuit_breaker",
                                "dns_query_timeout",
                                "preresolve_hostnames",
                                "typed_dns_resolver_config",
                                "dns_resolution_config")
                        .accepts(
                                "a name that failed is asked for again when a request wants it",
                                "disable_dns_refresh_on_failure")
                        .accepts("it only tunes DNS lookups", "use_tcp_for_dns_lookups"));
    }

    Discovery cluster(Any any, Spot spot) {
        var config = Translation.unpack(any, ClusterConfig.parser());
        return new Discovery.ForwardProxy(
                cache(config.getDnsCacheConfig(), spot.field("dns_cache_config")));
    }

    private NameCache cache(DnsCacheConfig config, Spot spot) {
        var rate =
                translation.duration(
                        config.hasDnsRefreshRate(),
                        config.getDnsRefreshRate(),
                        Duration.ofSeconds(60),
                        spot.field("dns_refresh_rate"));
        var failure = config.getDnsFailureRefreshRate();
        var lookups =
                new DiscoveryTranslator.Rates(
                                rate,
                                true,
                                com.google.protobuf.Duration.getDefaultInstance(),
                                servers(config, spot))
                        .lookups(
                                DnsFamily.valueOf(config.getDnsLookupFamily().name()),
                                config.hasDnsFailureRefreshRate(),
                                failure.getBaseInterval(),
                                failure.getMaxInterval());
        return new NameCache(
                lookups,
                translation.duration(
                        config.hasHostTtl(),
                        config.getHostTtl(),
                        Duration.ofMinutes(5),
                        spot.field("host_ttl")),
                Translation.number(config.hasMaxHosts(), config.getMaxHosts(), 1024),
                Translation.number(
                        config.getDnsCacheCircuitBreaker().hasMaxPendingRequests(),
                        config.getDnsCacheCircuitBreaker().getMaxPendingRequests(),
                        1024),
                translation.duration(
                        config.hasDnsQueryTimeout(),
                        config.getDnsQueryTimeout(),
                        Duration.ofSeconds(5),
                        spot.field("dns_query_timeout")),
                config.getPreresolveHostnamesList().stream()
                        .map(name -> new Address.Socket(name.getAddress(), name.getPortValue()))
                        .toList());
    }

    @SuppressWarnings("deprecation") // Envoy still takes dns_resolution_config
    private List<Address.Socket> servers(DnsCacheConfig config, Spot spot) {
        var servers = new NameServersTranslator(translation);
        return config.hasTypedDnsResolverConfig()
                ? servers.typed(
                        config.getTypedDnsResolverConfig().getTypedConfig(),
                        spot.field("typed_dns_resolver_config").field("typed_config"))
                : servers.servers(
                        config.getDnsResolutionConfig().getResolversList(),
                        spot.field("dns_resolution_config").field("resolvers"));
    }

    static ForwardProxySpec route(PerRouteConfig config) {
        return switch (config.getHostRewriteSpecifierCase()) {
            case HOST_REWRITE_LITERAL -> new ForwardProxySpec(config.getHostRewriteLiteral(), null);
            case HOST_REWRITE_HEADER ->
                    new ForwardProxySpec("", HeaderName.ofRequest(config.getHostRewriteHeader()));
            case HOSTREWRITESPECIFIER_NOT_SET -> new ForwardProxySpec("", null);
        };
    }
}
