package io.postern.core.upstream.balance;

import java.util.random.RandomGenerator;

/**
 * One after the other, from a random start, so that workers do not move in step. Confined to the
 * event loop.
 */
final class RoundRobin implements Balancer {
    private final int hosts;
    private int next;

    RoundRobin(int hosts, RandomGenerator random) {
        this.hosts = hosts;
        this.next = random.nextInt(hosts);
    }

    @Override
    public int choose() {
        int chosen = next;
        next = chosen + 1 == hosts ? 0 : chosen + 1;
        return chosen;
    }
}
