package io.postern.core.upstream.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Any host, with its weight's probability. Confined to the event loop. */
final class WeightedRandom implements Balancer {
    private final long[] sums;
    private final RandomGenerator random;

    WeightedRandom(int[] weights, RandomGenerator random) {
        this.random = random;
        this.sums = new long[weights.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            sums[i] = sum;
        }
    }

    @Override
    public int choose() {
        long point = random.nextLong(sums[sums.length - 1]);
        int found = Arrays.binarySearch(sums, point + 1);
        return found >= 0 ? found : -found - 1;
    }
}
