package io.postern.core.upstream.balance;

import io.postern.config.model.Cluster.LbPolicy;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/** Chooses one of a fixed number of hosts. Confined to the event loop. */
@FunctionalInterface
public interface Balancer {
    /** An index from 0 to the number of hosts - 1. */
    int choose();

    /**
     * The balancer of a policy.
     *
     * @param weights of the hosts, 1 or more each; at least one host
     * @param active streams open on a host now
     */
    static Balancer of(
            LbPolicy policy, int[] weights, IntUnaryOperator active, RandomGenerator random) {
        return switch (policy) {
            case ROUND_ROBIN ->
                    allEqual(weights)
                            ? new RoundRobin(weights.length, random)
                            : new EarliestDeadline(weights, random);
            case LEAST_REQUEST -> new LeastRequest(weights, active, random);
            case RANDOM -> new WeightedRandom(weights, random);
        };
    }

    private static boolean allEqual(int[] weights) {
        for (int weight : weights) {
            if (weight != weights[0]) {
                return false;
            }
        }
        return true;
    }
}
