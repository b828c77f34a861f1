package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.postern.config.source.Spot;
import java.time.Duration;

/**
 * Delays between tries.
 *
 * @param base the first one
 * @param max the longest one
 */
record Backoff(Duration base, Duration max) {
    private static final Duration DEFAULT = Duration.ofSeconds(1);
    private static final int MAX_FACTOR = 10; // Envoy's

    static Backoff of(BackoffStrategy strategy, Spot spot, Translation translation) {
        var base =
                translation.duration(
                        strategy.hasBaseInterval(),
                        strategy.getBaseInterval(),
                        DEFAULT,
                        spot.field("base_interval"));
        var max =
                translation.duration(
                        strategy.hasMaxInterval(),
                        strategy.getMaxInterval(),
                        Translation.times(MAX_FACTOR, base),
                        spot.field("max_interval"));
        if (max.compareTo(base) < 0) {
            translation.error(
                    spot.field("max_interval"), "max_interval must be at least base_interval");
        }
        return new Backoff(base, max);
    }
}
