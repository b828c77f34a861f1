package io.postern.config.source.xds;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: a random part of an interval that doubles, as Envoy does
 * it, so that many gateways do not come back together. Control thread.
 */
final class Backoff {
    private static final long BASE_MILLIS = 500;
    private static final long MOST_MILLIS = 30_000;

    private final RandomGenerator random;
    private long intervalMillis = BASE_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The next wait. */
    Duration next() {
        long wait = random.nextLong(intervalMillis) + 1;
        intervalMillis = Math.min(MOST_MILLIS, intervalMillis * 2);
        return Duration.ofMillis(wait);
    }

    /** Something worked. */
    void reset() {
        intervalMillis = BASE_MILLIS;
    }
}
