package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.ConsistentHashingLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Localities;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.LoadBalancing.SlowStart;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates {@code load_balancing_policy} of a cluster, {@code
 * envoy.config.cluster.v3.LoadBalancingPolicy}; {@link LbPolicyTranslator} does the older {@code
 * lb_policy}.
 */
final class BalancingTranslator {
    static final String POLICIES = "envoy.extensions.load_balancing_policies.";
    static final String ROUND_ROBIN = POLICIES + "round_robin.v3.RoundRobin";
    static final String LEAST_REQUEST = POLICIES + "least_request.v3.LeastRequest";
    static final String RANDOM = POLICIES + "random.v3.Random";
    static final String RING_HASH = POLICIES + "ring_hash.v3.RingHash";
    static final String MAGLEV = POLICIES + "maglev.v3.Maglev";
    static final String WRR_LOCALITY = POLICIES + "wrr_locality.v3.WrrLocality";
    static final String OVERRIDE_HOST = POLICIES + "override_host.v3.OverrideHost";
    static final String CLUSTER_PROVIDED = POLICIES + "cluster_provided.v3.ClusterProvided";
    static final String REPORTED =
            POLICIES + "client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin";

    private final Translation translation;
    private final HashSizes sizes;

    BalancingTranslator(Translation translation) {
        this.translation = translation;
        this.sizes = new HashSizes(translation);
    }

    /** A policy with the choice of localities that came with it. */
    private record Choice(
            Policy policy,
            Localities localities,
            @Nullable SlowStart slowStart,
            List<HeaderName> overrides) {
        Choice(Policy policy, Localities localities, @Nullable SlowStart slowStart) {
            this(policy, localities, slowStart, List.of());
        }

        Choice overriddenBy(List<HeaderName> headers) {
            return new Choice(policy, localities, slowStart, headers);
        }

        Choice weighted() {
            return new Choice(policy, new Localities.Weighted(), slowStart, overrides);
        }
    }

    LoadBalancing translate(Cluster cluster, Spot spot) {
        CommonLbConfig common = cluster.getCommonLbConfig();
        if (cluster.hasLbSubsetConfig()) {
            translation.error(
                    spot.field("lb_subset_config"),
                    "lb_subset_config together with load_balancing_policy",
                    "use lb_policy");
        }
        if (common.hasZoneAwareLbConfig()
                || common.hasLocalityWeightedLbConfig()
                || common.hasConsistentHashingLbConfig()) {
            translation.error(
                    spot.field("common_lb_config"),
                    "load_balancing_policy together with zone_aware_lb_config,"
                            + " locality_weighted_lb_config or consistent_hashing_lb_config",
                    "write them into the typed policy");
        }
        var choice = first(cluster.getLoadBalancingPolicy(), spot.field("load_balancing_policy"));
        return new LoadBalancing(
                choice.policy(),
                choice.localities(),
                LbPolicyTranslator.panicThreshold(common),
                choice.slowStart(),
                null,
                choice.overrides());
    }

    /** The first policy that is known, as in Envoy. */
    private Choice first(LoadBalancingPolicy policies, Spot spot) {
        var at = spot.field("policies");
        for (int i = 0; i < policies.getPoliciesCount(); i++) {
            var any = policies.getPolicies(i).getTypedExtensionConfig().getTypedConfig();
            var found = of(any, at.index(i).field("typed_extension_config").field("typed_config"));
            if (found != null) {
                return found;
            }
        }
        translation.error(
                at,
                "no load balancing policy that is known here",
                "use round_robin, least_request, random, ring_hash or maglev");
        return new Choice(new Policy.RoundRobin(), zoneAware(), null);
    }

    private @Nullable Choice of(Any any, Spot spot) {
        return switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case ROUND_ROBIN -> {
                var policy = Translation.unpack(any, RoundRobin.parser());
                yield new Choice(
                        new Policy.RoundRobin(),
                        localities(policy.getLocalityLbConfig()),
                        policy.hasSlowStartConfig()
                                ? slowStart(policy.getSlowStartConfig())
                                : null);
            }
            case REPORTED -> {
                var policy = Translation.unpack(any, ClientSideWeightedRoundRobin.parser());
                yield new Choice(
                        new Policy.RoundRobin(),
                        zoneAware(),
                        policy.hasSlowStartConfig()
                                ? slowStart(policy.getSlowStartConfig())
                                : null);
            }
            case LEAST_REQUEST -> leastRequest(Translation.unpack(any, LeastRequest.parser()));
            case RANDOM ->
                    new Choice(
                            new Policy.AnyHost(),
                            localities(
                                    Translation.unpack(any, Random.parser()).getLocalityLbConfig()),
                            null);
            case RING_HASH -> ringHash(Translation.unpack(any, RingHash.parser()), spot);
            case MAGLEV -> maglev(Translation.unpack(any, Maglev.parser()), spot);
            case WRR_LOCALITY ->
                    first(
                                    Translation.unpack(any, WrrLocality.parser())
                                            .getEndpointPickingPolicy(),
                                    spot.field("endpoint_picking_policy"))
                            .weighted();
            case OVERRIDE_HOST ->
                    overrideHost(Translation.unpack(any, OverrideHost.parser()), spot);
            case CLUSTER_PROVIDED -> new Choice(new Policy.ClusterProvided(), zoneAware(), null);
            default -> null; // refused before
        };
    }

    private Choice overrideHost(OverrideHost policy, Spot spot) {
        return first(policy.getFallbackPolicy(), spot.field("fallback_policy"))
                .overriddenBy(
                        policy.getOverrideHostSourcesList().stream()
                                .filter(source -> !source.getHeader().isEmpty())
                                .map(source -> HeaderName.ofRequest(source.getHeader()))
                                .toList());
    }

    private static Choice leastRequest(LeastRequest policy) {
        boolean fullScan =
                policy.getSelectionMethod() == LeastRequest.SelectionMethod.FULL_SCAN
                        || scansAll(policy);
        return new Choice(
                new Policy.LeastRequest(
                        Translation.number(policy.hasChoiceCount(), policy.getChoiceCount(), 2),
                        policy.hasActiveRequestBias()
                                ? policy.getActiveRequestBias().getDefaultValue()
                                : 1,
                        fullScan),
                localities(policy.getLocalityLbConfig()),
                policy.hasSlowStartConfig() ? slowStart(policy.getSlowStartConfig()) : null);
    }

    @SuppressWarnings("deprecation") // Envoy still takes enable_full_scan
    private static boolean scansAll(LeastRequest policy) {
        return policy.getEnableFullScan().getValue();
    }

    @SuppressWarnings("deprecation") // Envoy still takes the fields beside the nested message
    private Choice ringHash(RingHash policy, Spot spot) {
        boolean murmur = policy.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2;
        var keys =
                policy.hasConsistentHashingLbConfig()
                        ? keys(policy.getConsistentHashingLbConfig())
                        : new HashKeys(
                                policy.getUseHostnameForHashing(),
                                Translation.clamp(policy.getHashBalanceFactor().getValue()));
        return new Choice(
                sizes.ring(
                        policy.hasMinimumRingSize() ? policy.getMinimumRingSize() : null,
                        policy.hasMaximumRingSize() ? policy.getMaximumRingSize() : null,
                        murmur,
                        keys,
                        spot),
                policy.hasLocalityWeightedLbConfig() ? new Localities.Weighted() : zoneAware(),
                null);
    }

    private Choice maglev(Maglev policy, Spot spot) {
        return new Choice(
                sizes.maglev(
                        policy.hasTableSize() ? policy.getTableSize() : null,
                        keys(policy.getConsistentHashingLbConfig()),
                        spot),
                policy.hasLocalityWeightedLbConfig() ? new Localities.Weighted() : zoneAware(),
                null);
    }

    private static HashKeys keys(ConsistentHashingLbConfig config) {
        return new HashKeys(
                config.getUseHostnameForHashing(),
                Translation.clamp(config.getHashBalanceFactor().getValue()));
    }

    private static Localities zoneAware() {
        return LoadBalancing.of(new Policy.RoundRobin()).localities();
    }

    private static Localities localities(LocalityLbConfig config) {
        if (config.hasLocalityWeightedLbConfig()) {
            return new Localities.Weighted();
        }
        if (!config.hasZoneAwareLbConfig()) {
            return zoneAware();
        }
        var zone = config.getZoneAwareLbConfig();
        return new Localities.ZoneAware(
                zone.hasRoutingEnabled() ? zone.getRoutingEnabled().getValue() : 100,
                zone.hasMinClusterSize() ? zone.getMinClusterSize().getValue() : 6,
                zone.getFailTrafficOnPanic());
    }

    private static SlowStart slowStart(SlowStartConfig config) {
        var window = config.getSlowStartWindow();
        return new SlowStart(
                Duration.ofSeconds(window.getSeconds(), window.getNanos()),
                config.hasAggression() ? config.getAggression().getDefaultValue() : 1,
                config.hasMinWeightPercent() ? config.getMinWeightPercent().getValue() : 10);
    }
}
