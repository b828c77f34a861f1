package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Localities;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.LoadBalancing.SlowStart;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code lb_policy} of a cluster and what belongs to it. */
final class LbPolicyTranslator {
    private final Translation translation;
    private final HashSizes sizes;

    LbPolicyTranslator(Translation translation) {
        this.translation = translation;
        this.sizes = new HashSizes(translation);
    }

    static List<MessageSupport> declared() {
        var cluster = "envoy.config.cluster.v3.Cluster.";
        var common = BalancingTranslator.POLICIES + "common.v3.";
        return List.of(
                MessageSupport.of(cluster + "CommonLbConfig")
                        .reads(
                                "healthy_panic_threshold",
                                "zone_aware_lb_config",
                                "locality_weighted_lb_config",
                                "consistent_hashing_lb_config",
                                "close_connections_on_host_set_change",
                                "ignore_new_hosts_until_first_hc")
                        .accepts("changes are applied as they come", "update_merge_window"),
                MessageSupport.of(cluster + "CommonLbConfig.ZoneAwareLbConfig")
                        .reads("routing_enabled", "min_cluster_size", "fail_traffic_on_panic"),
                MessageSupport.of(cluster + "CommonLbConfig.LocalityWeightedLbConfig"),
                MessageSupport.of(cluster + "CommonLbConfig.ConsistentHashingLbConfig")
                        .reads("use_hostname_for_hashing", "hash_balance_factor"),
                MessageSupport.of(cluster + "RoundRobinLbConfig").reads("slow_start_config"),
                MessageSupport.of(cluster + "LeastRequestLbConfig")
                        .reads("choice_count", "active_request_bias", "slow_start_config"),
                MessageSupport.of(cluster + "RingHashLbConfig")
                        .reads("minimum_ring_size", "maximum_ring_size", "hash_function"),
                MessageSupport.of(cluster + "MaglevLbConfig").reads("table_size"),
                MessageSupport.of(cluster + "SlowStartConfig")
                        .reads("slow_start_window", "aggression", "min_weight_percent"),
                MessageSupport.of("envoy.type.v3.Percent").reads("value"),
                MessageSupport.of("envoy.config.core.v3.RuntimePercent")
                        .reads("default_value")
                        .accepts("there is no runtime", "runtime_key"),
                MessageSupport.of("envoy.config.core.v3.RuntimeDouble")
                        .reads("default_value")
                        .accepts("there is no runtime", "runtime_key"),
                MessageSupport.of(BalancingTranslator.ROUND_ROBIN)
                        .reads("slow_start_config", "locality_lb_config"),
                MessageSupport.of(BalancingTranslator.LEAST_REQUEST)
                        .reads(
                                "choice_count",
                                "active_request_bias",
                                "slow_start_config",
                                "locality_lb_config",
                                "enable_full_scan",
                                "selection_method"),
                MessageSupport.of(BalancingTranslator.RANDOM).reads("locality_lb_config"),
                MessageSupport.of(BalancingTranslator.RING_HASH)
                        .reads(
                                "hash_function",
                                "minimum_ring_size",
                                "maximum_ring_size",
                                "use_hostname_for_hashing",
                                "hash_balance_factor",
                                "consistent_hashing_lb_config",
                                "locality_weighted_lb_config"),
                MessageSupport.of(BalancingTranslator.MAGLEV)
                        .reads(
                                "table_size",
                                "consistent_hashing_lb_config",
                                "locality_weighted_lb_config"),
                MessageSupport.of(BalancingTranslator.OVERRIDE_HOST)
                        .reads("override_host_sources", "fallback_policy"),
                MessageSupport.of(BalancingTranslator.OVERRIDE_HOST + ".OverrideHostSource")
                        .reads("header"),
                MessageSupport.of(BalancingTranslator.WRR_LOCALITY)
                        .reads("endpoint_picking_policy"),
                MessageSupport.of(BalancingTranslator.CLUSTER_PROVIDED),
                MessageSupport.of(BalancingTranslator.REPORTED)
                        .reads("slow_start_config")
                        .accepts(
                                "hosts' load reports are not read: every host has its own weight",
                                "enable_oob_load_report",
                                "oob_reporting_period",
                                "blackout_period",
                                "weight_expiration_period",
                                "weight_update_period",
                                "error_utilization_penalty",
                                "metric_names_for_computing_utilization"),
                MessageSupport.of(common + "LocalityLbConfig")
                        .reads("zone_aware_lb_config", "locality_weighted_lb_config"),
                MessageSupport.of(common + "LocalityLbConfig.ZoneAwareLbConfig")
                        .reads("routing_enabled", "min_cluster_size", "fail_traffic_on_panic"),
                MessageSupport.of(common + "LocalityLbConfig.LocalityWeightedLbConfig"),
                MessageSupport.of(common + "ConsistentHashingLbConfig")
                        .reads("use_hostname_for_hashing", "hash_balance_factor"),
                MessageSupport.of(common + "SlowStartConfig")
                        .reads("slow_start_window", "aggression", "min_weight_percent"));
    }

    static double panicThreshold(CommonLbConfig common) {
        return common.hasHealthyPanicThreshold()
                ? common.getHealthyPanicThreshold().getValue()
                : LoadBalancing.DEFAULT_PANIC_THRESHOLD;
    }

    LoadBalancing translate(Cluster cluster, Spot spot) {
        CommonLbConfig common = cluster.getCommonLbConfig();
        var subsets =
                new SubsetsTranslator(translation)
                        .translate(cluster.getLbSubsetConfig(), spot.field("lb_subset_config"));
        return new LoadBalancing(
                policy(cluster, spot),
                subsets == null ? localities(common) : new Localities.ZoneAware(100, 6, false),
                panicThreshold(common),
                slowStart(cluster),
                subsets,
                List.of());
    }

    private Policy policy(Cluster cluster, Spot spot) {
        var hashing = cluster.getCommonLbConfig().getConsistentHashingLbConfig();
        var keys =
                new HashKeys(
                        hashing.getUseHostnameForHashing(),
                        Translation.clamp(hashing.getHashBalanceFactor().getValue()));
        return switch (cluster.getLbPolicy()) {
            case ROUND_ROBIN -> new Policy.RoundRobin();
            case LEAST_REQUEST -> leastRequest(cluster.getLeastRequestLbConfig());
            case RANDOM -> new Policy.AnyHost();
            case RING_HASH -> {
                var ring = cluster.getRingHashLbConfig();
                yield sizes.ring(
                        ring.hasMinimumRingSize() ? ring.getMinimumRingSize() : null,
                        ring.hasMaximumRingSize() ? ring.getMaximumRingSize() : null,
                        ring.getHashFunction()
                                == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2,
                        keys,
                        spot.field("ring_hash_lb_config"));
            }
            case MAGLEV -> {
                var maglev = cluster.getMaglevLbConfig();
                yield sizes.maglev(
                        maglev.hasTableSize() ? maglev.getTableSize() : null,
                        keys,
                        spot.field("maglev_lb_config"));
            }
            case CLUSTER_PROVIDED -> new Policy.ClusterProvided();
            case LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED -> {
                translation.error(
                        spot.field("lb_policy"),
                        "lb_policy LOAD_BALANCING_POLICY_CONFIG without load_balancing_policy",
                        "add load_balancing_policy");
                yield new Policy.RoundRobin();
            }
        };
    }

    private static Policy leastRequest(Cluster.LeastRequestLbConfig config) {
        return new Policy.LeastRequest(
                Translation.number(config.hasChoiceCount(), config.getChoiceCount(), 2),
                config.hasActiveRequestBias() ? config.getActiveRequestBias().getDefaultValue() : 1,
                false);
    }

    private static Localities localities(CommonLbConfig common) {
        if (common.hasLocalityWeightedLbConfig()) {
            return new Localities.Weighted();
        }
        var zone = common.getZoneAwareLbConfig();
        return new Localities.ZoneAware(
                zone.hasRoutingEnabled() ? zone.getRoutingEnabled().getValue() : 100,
                zone.hasMinClusterSize() ? zone.getMinClusterSize().getValue() : 6,
                zone.getFailTrafficOnPanic());
    }

    private static @Nullable SlowStart slowStart(Cluster cluster) {
        if (cluster.getRoundRobinLbConfig().hasSlowStartConfig()) {
            return slowStart(cluster.getRoundRobinLbConfig().getSlowStartConfig());
        }
        if (cluster.getLeastRequestLbConfig().hasSlowStartConfig()) {
            return slowStart(cluster.getLeastRequestLbConfig().getSlowStartConfig());
        }
        return null;
    }

    private static SlowStart slowStart(Cluster.SlowStartConfig config) {
        var window = config.getSlowStartWindow();
        return new SlowStart(
                Duration.ofSeconds(window.getSeconds(), window.getNanos()),
                config.hasAggression() ? config.getAggression().getDefaultValue() : 1,
                config.hasMinWeightPercent() ? config.getMinWeightPercent().getValue() : 10);
    }
}
