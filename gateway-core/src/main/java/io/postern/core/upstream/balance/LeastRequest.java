package io.postern.core.upstream.balance;

import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Of two hosts chosen at random, the one with fewer open streams for its weight. Confined to the
 * event loop.
 *
 * <p>Source: Envoy's least request with equal weights (power of two choices). With unequal weights
 * Envoy schedules by weight / (open streams + 1); here the two candidates are drawn by weight and
 * compared, which favours the same hosts.
 */
final class LeastRequest implements Balancer {
    private final Balancer candidates;
    private final IntUnaryOperator active;

    LeastRequest(int[] weights, IntUnaryOperator active, RandomGenerator random) {
        this.candidates = new WeightedRandom(weights, random);
        this.active = active;
    }

    @Override
    public int choose() {
        int one = candidates.choose();
        int other = candidates.choose();
        return active.applyAsInt(other) < active.applyAsInt(one) ? other : one;
    }
}
