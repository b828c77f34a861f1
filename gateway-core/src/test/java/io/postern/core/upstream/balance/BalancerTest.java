package io.postern.core.upstream.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTest {
    private static int[] picks(Balancer balancer, int hosts, int times) {
        int[] picked = new int[hosts];
        for (int i = 0; i < times; i++) {
            picked[balancer.choose(0, 0)]++;
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
        Balancer balancer = new RoundRobin(3, new Random(seed));
        int first = balancer.choose(0, 0);

        // When, Then
        for (int i = 1; i < 10; i++) {
            assertThat(balancer.choose(0, 0)).isEqualTo((first + i) % 3);
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
            Balancer balancer =
                    new EarliestDeadline(weights.length, i -> weights[i], new Random(seed));
            int[] picked = picks(balancer, weights.length, times);

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
    void aWeightThatFallsMakesAHostRarer() {
        // Given
        double[] weights = {1, 1};
        Balancer balancer = new EarliestDeadline(2, i -> weights[i], new Random(1));
        picks(balancer, 2, 100);

        // When
        weights[0] = 0.1;

        // Then
        assertThat(picks(balancer, 2, 1100)[0]).isBetween(95, 105);
    }

    @Test
    void randomTakesEveryHostAsOften() {
        int[] picked = picks(new AnyHost(2, new Random(7)), 2, 10_000);
        assertThat(picked[1]).isBetween(4800, 5200);
    }

    @Test
    void leastRequestAvoidsTheBusyHost() {
        // Given: of two hosts drawn at random the busy one is used when it is drawn twice
        int[] active = {100, 0, 0, 0};
        Balancer balancer = new LeastRequest(4, 2, i -> active[i], new Random(7));

        // When
        int[] picked = picks(balancer, 4, 10_000);

        // Then
        assertThat(picked[0]).isBetween(500, 750);
    }

    @Test
    void aFullScanNeverTakesTheBusyHost() {
        // Given
        int[] active = {0, 1, 0, 0};
        Balancer balancer = new LeastRequest(4, Integer.MAX_VALUE, i -> active[i], new Random(7));

        // When
        int[] picked = picks(balancer, 4, 3000);

        // Then
        assertThat(picked[1]).isZero();
        assertThat(picked[3]).isBetween(900, 1100);
    }
}
