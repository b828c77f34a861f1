package io.postern.core.upstream.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Cluster.LbPolicy;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTest {
    private static final int[] IDLE = new int[16];

    private static int[] picks(LbPolicy policy, int[] weights, int[] active, int times, long seed) {
        Balancer balancer = Balancer.of(policy, weights, i -> active[i], new Random(seed));
        int[] picked = new int[weights.length];
        for (int i = 0; i < times; i++) {
            picked[balancer.choose()]++;
        }
        return picked;
    }

    private static int[] weights(String text) {
        String[] parts = text.split(" ", -1);
        int[] weights = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            weights[i] = Integer.parseInt(parts[i]);
        }
        return weights;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void equalWeightsTakeTurns(long seed) {
        // Given
        Balancer balancer =
                Balancer.of(LbPolicy.ROUND_ROBIN, new int[] {5, 5, 5}, i -> 0, new Random(seed));
        int first = balancer.choose();

        // When, Then
        for (int i = 1; i < 10; i++) {
            assertThat(balancer.choose()).isEqualTo((first + i) % 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"1 2, 300", "1 2 3 4, 1000", "10 1, 110", "1, 7", "128 1 1 1, 1310"})
    void everyHostIsWithinOnePickOfItsShare(String text, int times) {
        // Given
        int[] weights = weights(text);
        long sum = 0;
        for (int weight : weights) {
            sum += weight;
        }

        for (long seed = 0; seed < 50; seed++) {
            // When
            int[] picked = picks(LbPolicy.ROUND_ROBIN, weights, IDLE, times, seed);

            // Then
            for (int i = 0; i < weights.length; i++) {
                double share = (double) times * weights[i] / sum;
                assertThat((double) picked[i])
                        .as("host %s, seed %s", i, seed)
                        .isBetween(share - 1.01, share + 1.01);
            }
        }
    }

    @Test
    void randomFollowsTheWeights() {
        int[] picked = picks(LbPolicy.RANDOM, new int[] {1, 3}, IDLE, 10_000, 7);
        assertThat(picked[1]).isBetween(7300, 7700);
    }

    @Test
    void leastRequestAvoidsTheBusyHost() {
        // Given: of two hosts drawn at random the busy one is used when it is drawn twice
        int[] active = {100, 0, 0, 0};

        // When
        int[] picked = picks(LbPolicy.LEAST_REQUEST, new int[] {1, 1, 1, 1}, active, 10_000, 7);

        // Then
        assertThat(picked[0]).isBetween(500, 750);
    }
}
