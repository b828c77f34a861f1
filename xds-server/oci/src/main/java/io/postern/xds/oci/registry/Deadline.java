package io.postern.xds.oci.registry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Until when a pull or push may last. Immutable.
 *
 * @param at in nanoseconds of {@code clock}
 * @param clock {@link System#nanoTime}, or a test's
 */
public record Deadline(long at, LongSupplier clock) {
    /** From now. */
    public static Deadline in(Duration time, LongSupplier clock) {
        return new Deadline(clock.getAsLong() + time.toNanos(), clock);
    }

    /** What is left of it, at most {@code most}; zero when it is over. */
    public Duration left(Duration most) {
        Duration left = Duration.ofNanos(Math.max(0, at - clock.getAsLong()));
        return left.compareTo(most) < 0 ? left : most;
    }

    /** All that is left of it. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, at - clock.getAsLong()));
    }
}
