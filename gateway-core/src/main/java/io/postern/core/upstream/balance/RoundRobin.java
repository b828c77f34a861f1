package io.postern.core.upstream.balance;

import java.util.random.RandomGenerator;

/**
 * One after the other, from a random start, so that workers do not move in step. Confined to the
 * event loop.
 */
public final class RoundRobin implements Balancer {
    private final int hosts;
    private int next;

    /** {@code hosts}: 1 or more. */
    public RoundRobin(int hosts, RandomGenerator random) {
        this.hosts = hosts;
        this.next = random.nextInt(hosts);
    }

    @Override
    public int choose(long hash, int attempt) {
        int chosen = next;
        next = chosen + 1 == hosts ? 0 : chosen + 1;
        return chosen;
    }
}
