package io.postern.core.upstream.balance;

import java.util.random.RandomGenerator;

/** Any host, whatever its weight: Envoy's RANDOM. Confined to the event loop. */
public final class AnyHost implements Balancer {
    private final int hosts;
    private final RandomGenerator random;

    /** {@code hosts}: 1 or more. */
    public AnyHost(int hosts, RandomGenerator random) {
        this.hosts = hosts;
        this.random = random;
    }

    @Override
    public int choose(long hash, int attempt) {
        return random.nextInt(hosts);
    }
}
