package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.postern.config.model.TcpProxy;
import io.postern.config.model.TcpProxy.Target;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Translates {@code tcp_proxy}. */
final class TcpProxyTranslator {
    static final String TYPE = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    private static final String HASH = "envoy.type.v3.HashPolicy";
    private static final Duration IDLE_TIMEOUT = Duration.ofHours(1);

    private final Translation translation;
    private final Set<String> clusterNames;

    TcpProxyTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.clusterNames = clusterNames;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE)
                        .reads(
                                "stat_prefix",
                                "cluster",
                                "weighted_clusters",
                                "idle_timeout",
                                "max_downstream_connection_duration",
                                "hash_policy",
                                "metadata_match",
                                "max_connect_attempts",
                                "access_log"),
                MessageSupport.of(TYPE + ".WeightedCluster").reads("clusters"),
                MessageSupport.of(TYPE + ".WeightedCluster.ClusterWeight")
                        .reads("name", "weight", "metadata_match"),
                MessageSupport.of(HASH).reads("source_ip"),
                MessageSupport.of(HASH + ".SourceIp"));
    }

    TcpProxy translate(
            io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy proxy, Spot spot) {
        var targets = new ArrayList<Target>();
        var metadata = proxy.getMetadataMatch();
        if (proxy.hasWeightedClusters()) {
            var clusters = proxy.getWeightedClusters().getClustersList();
            var at = spot.field("weighted_clusters").field("clusters");
            for (int i = 0; i < clusters.size(); i++) {
                var cluster = clusters.get(i);
                checkCluster(cluster.getName(), at.index(i).field("name"));
                targets.add(
                        new Target(
                                cluster.getName(),
                                Integer.toUnsignedLong(cluster.getWeight()),
                                SubsetsTranslator.with(metadata, cluster.getMetadataMatch()),
                                SubsetsTranslator.fallbacks(metadata, cluster.getMetadataMatch())));
            }
        } else {
            checkCluster(proxy.getCluster(), spot.field("cluster"));
            targets.add(
                    new Target(
                            proxy.getCluster(),
                            1,
                            SubsetsTranslator.metadata(metadata),
                            SubsetsTranslator.fallbacks(metadata, Metadata.getDefaultInstance())));
        }
        return new TcpProxy(
                proxy.getStatPrefix(),
                targets,
                targets.stream().mapToLong(Target::weight).sum(),
                translation.duration(
                        proxy.hasIdleTimeout(),
                        proxy.getIdleTimeout(),
                        IDLE_TIMEOUT,
                        spot.field("idle_timeout")),
                translation.duration(
                        proxy.hasMaxDownstreamConnectionDuration(),
                        proxy.getMaxDownstreamConnectionDuration(),
                        Duration.ZERO,
                        spot.field("max_downstream_connection_duration")),
                proxy.getHashPolicyList().stream().anyMatch(HashPolicy::hasSourceIp),
                Translation.number(proxy.hasMaxConnectAttempts(), proxy.getMaxConnectAttempts(), 1),
                new AccessLogTranslator(translation)
                        .translate(proxy.getAccessLogList(), spot.field("access_log")));
    }

    private void checkCluster(String name, Spot spot) {
        if (!clusterNames.contains(name)) {
            translation.warning(
                    spot,
                    "unknown cluster \"" + name + "\": connections are closed",
                    "add it to static_resources.clusters");
        }
    }
}
