package io.postern.core.upstream.balance;

import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Weighted round robin: host i is due every 1/weight(i); the one that is due first is next. Over
 * any run of picks every host is within one or two picks of its share. A weight may change: it is
 * asked for when a host was picked. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code EdfScheduler}; like there the start is random. A binary heap of host
 * indexes, ordered by deadline.
 */
public final class EarliestDeadline implements Balancer {
    private static final double REBASE_AT = 1e9;
    private static final double LEAST_WEIGHT = 1e-6;

    private final IntToDoubleFunction weight;
    private final double[] deadline;
    private final int[] heap;

    /**
     * A schedule of a fixed number of hosts.
     *
     * @param hosts 1 or more
     * @param weight more than 0
     */
    public EarliestDeadline(int hosts, IntToDoubleFunction weight, RandomGenerator random) {
        this.weight = weight;
        deadline = new double[hosts];
        heap = new int[hosts];
        for (int i = 0; i < hosts; i++) {
            deadline[i] = interval(i) * random.nextDouble();
            heap[i] = i;
        }
        for (int i = hosts / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    @Override
    public int choose(long hash, int attempt) {
        int chosen = heap[0];
        if (deadline[chosen] > REBASE_AT) {
            rebase(deadline[chosen]);
        }
        deadline[chosen] += interval(chosen);
        siftDown(0);
        return chosen;
    }

    private double interval(int host) {
        return 1.0 / Math.max(LEAST_WEIGHT, weight.applyAsDouble(host));
    }

    /** Keeps the doubles small, so that adding an interval always changes them. */
    private void rebase(double now) {
        for (int i = 0; i < deadline.length; i++) {
            deadline[i] -= now;
        }
    }

    private void siftDown(int from) {
        int moving = heap[from];
        int hole = from;
        int half = heap.length / 2;
        while (hole < half) {
            int child = 2 * hole + 1;
            if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moving)) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = moving;
    }

    private boolean isBefore(int one, int other) {
        return deadline[one] < deadline[other];
    }
}
