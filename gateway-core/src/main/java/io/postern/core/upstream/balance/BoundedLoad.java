package io.postern.core.upstream.balance;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Keeps hashing from overloading a host: one that has more than its share of the open requests is
 * passed over for another one, always the same for the same hash. Confined to the event loop.
 *
 * <p>Source: Envoy's BoundedLoadHashingLoadBalancer (consistent hashing with bounded loads,
 * Mirrokni et al., arXiv:1608.01350).
 */
public final class BoundedLoad implements Balancer {
    private final Balancer hashing;
    private final double[] weights;
    private final int factor;
    private final IntUnaryOperator active;

    /**
     * Puts a bound on what {@code hashing} says.
     *
     * @param weights of the hosts, with a sum of 1
     * @param factor percent of the average load that a host may have
     * @param active open requests of a host
     */
    public BoundedLoad(Balancer hashing, double[] weights, int factor, IntUnaryOperator active) {
        this.hashing = hashing;
        this.weights = weights.clone();
        this.factor = factor;
        this.active = active;
    }

    @Override
    public int choose(long hash, int attempt) {
        int first = hashing.choose(hash, attempt);
        double overload = overload(first);
        if (overload <= 1) {
            return first;
        }
        int best = first;
        int[] order = new int[weights.length];
        SplittableRandom random = new SplittableRandom(hash);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int host : order) {
            double load = overload(host);
            if (load <= 1) {
                return host;
            }
            if (load < overload) {
                overload = load;
                best = host;
            }
        }
        return best;
    }

    private double overload(int host) {
        long all = 0;
        for (int i = 0; i < weights.length; i++) {
            all += active.applyAsInt(i);
        }
        long slots = ((all + 1) * factor + 99) / 100;
        double own = Math.max(1, Math.ceil(slots * weights[host]));
        return (active.applyAsInt(host) + 1) / own;
    }
}
