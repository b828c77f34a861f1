package io.postern.core.listener;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How fast connections are told to end: all at once, or each at a moment of its own within the
 * drain time, so that clients do not come back all together.
 *
 * <p>Source: Envoy's {@code --drain-strategy}. Envoy throws dice at the end of each response, with
 * odds that rise over the drain time; here idle connections get their turn, too. Confined to the
 * loop of its random numbers.
 *
 * @param over zero: immediate
 */
public record DrainPace(Duration over, RandomGenerator random) {
    long delayNanos() {
        return over.isZero() ? 0 : random.nextLong(over.toNanos());
    }
}
