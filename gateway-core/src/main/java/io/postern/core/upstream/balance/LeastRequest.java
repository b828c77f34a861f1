package io.postern.core.upstream.balance;

import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Of a few hosts taken at random, or of all, the one with the fewest open requests. Confined to the
 * event loop.
 *
 * <p>Source: Envoy's LeastRequestLoadBalancer for hosts of equal weight; others are scheduled by
 * {@link EarliestDeadline}.
 */
public final class LeastRequest implements Balancer {
    private final int hosts;
    private final int choices;
    private final IntUnaryOperator active;
    private final RandomGenerator random;

    /**
     * A balancer over a fixed number of hosts.
     *
     * @param hosts 1 or more
     * @param choices how many are compared; all of them when there are no more
     * @param active open requests of a host
     */
    public LeastRequest(int hosts, int choices, IntUnaryOperator active, RandomGenerator random) {
        this.hosts = hosts;
        this.choices = choices;
        this.active = active;
        this.random = random;
    }

    @Override
    public int choose(long hash, int attempt) {
        return choices == Integer.MAX_VALUE ? scan() : sample();
    }

    private int sample() {
        int best = random.nextInt(hosts);
        int fewest = active.applyAsInt(best);
        for (int i = 1; i < choices; i++) {
            int other = random.nextInt(hosts);
            int requests = active.applyAsInt(other);
            if (requests < fewest) {
                best = other;
                fewest = requests;
            }
        }
        return best;
    }

    // Among equals any one, or the first would get every request of a quiet time.
    private int scan() {
        int best = 0;
        int fewest = Integer.MAX_VALUE;
        int equals = 0;
        for (int i = 0; i < hosts; i++) {
            int requests = active.applyAsInt(i);
            if (requests < fewest) {
                best = i;
                fewest = requests;
                equals = 1;
            } else if (requests == fewest && random.nextInt(++equals) == 0) {
                best = i;
            }
        }
        return best;
    }
}
