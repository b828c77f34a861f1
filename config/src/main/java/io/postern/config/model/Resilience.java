package io.postern.config.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What protects a cluster beside Envoy's thresholds; null parts are switched off.
 *
 * <p>Source: {@code postern.clusters.resilience.v1.Resilience}.
 */
public record Resilience(
        @Nullable Breaker breaker, @Nullable Bulkhead bulkhead, @Nullable Adaptive adaptive) {
    /** Nothing is switched on. */
    public static Resilience none() {
        return new Resilience(null, null, null);
    }

    /** Whether nothing is switched on. */
    public boolean isEmpty() {
        return breaker == null && bulkhead == null && adaptive == null;
    }

    /**
     * Opens on failures and slow calls.
     *
     * @param timeWindow the window is in seconds, not in calls
     * @param failureRate percent
     * @param slowRate percent
     */
    public record Breaker(
            boolean timeWindow,
            int window,
            int minimumCalls,
            double failureRate,
            double slowRate,
            Duration slowCall,
            Duration open,
            int halfOpenCalls) {}

    /** A fixed number of calls at a time. */
    public record Bulkhead(int maxCalls) {}

    /** As many calls at a time as are answered in time. */
    public record Adaptive(int minLimit, int maxLimit, Duration latencyTarget, double backoff) {}
}
