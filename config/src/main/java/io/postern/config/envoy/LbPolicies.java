package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.Cluster.LbPolicy;
import io.postern.config.source.Spot;

/** Translates {@code envoy.config.cluster.v3.LoadBalancingPolicy}. */
final class LbPolicies {
    private static final String POLICIES = "envoy.extensions.load_balancing_policies.";
    static final String ROUND_ROBIN = POLICIES + "round_robin.v3.RoundRobin";
    static final String LEAST_REQUEST = POLICIES + "least_request.v3.LeastRequest";
    static final String RANDOM = POLICIES + "random.v3.Random";

    private final Translation translation;

    LbPolicies(Translation translation) {
        this.translation = translation;
    }

    /** The first policy that is known, as in Envoy. */
    LbPolicy first(LoadBalancingPolicy policies, Spot spot) {
        for (var policy : policies.getPoliciesList()) {
            var any = policy.getTypedExtensionConfig().getTypedConfig();
            switch (MessageTypes.nameOf(any.getTypeUrl())) {
                case ROUND_ROBIN -> {
                    return LbPolicy.ROUND_ROBIN;
                }
                case LEAST_REQUEST -> {
                    return LbPolicy.LEAST_REQUEST;
                }
                case RANDOM -> {
                    return LbPolicy.RANDOM;
                }
                default -> {} // refused before
            }
        }
        translation.error(
                spot.field("policies"),
                "no load balancing policy that is known here",
                "use round_robin, least_request or random");
        return LbPolicy.ROUND_ROBIN;
    }
}
