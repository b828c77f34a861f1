package io.postern.core.upstream.resilience;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.postern.config.model.Resilience;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls to one cluster through or not. Shared by the workers. Thread-safe; the breaker's
 * window is Resilience4j's lock-free one, and nothing here waits.
 */
public final class ResilienceGuard {
    private final Throwable failure = new Failure();

    private final @Nullable CircuitBreaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable AdaptiveLimit adaptive;
    private final LongAdder rejected = new LongAdder();

    private ResilienceGuard(Resilience config, String cluster, Clock clock) {
        breaker = config.breaker() == null ? null : breaker(config.breaker(), cluster, clock);
        bulkhead = config.bulkhead() == null ? null : bulkhead(config.bulkhead(), cluster);
        adaptive = config.adaptive() == null ? null : new AdaptiveLimit(config.adaptive());
    }

    /** The guard of a cluster; null when nothing is configured. */
    public static @Nullable ResilienceGuard of(Resilience config, String cluster, Clock clock) {
        return config.isEmpty() ? null : new ResilienceGuard(config, cluster, clock);
    }

    private static CircuitBreaker breaker(Resilience.Breaker config, String name, Clock clock) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                config.window(),
                                config.minimumCalls(),
                                config.timeWindow()
                                        ? SlidingWindowType.TIME_BASED
                                        : SlidingWindowType.COUNT_BASED,
                                SlidingWindowSynchronizationStrategy.LOCK_FREE)
                        .failureRateThreshold(percent(config.failureRate()))
                        .slowCallRateThreshold(percent(config.slowRate()))
                        .slowCallDurationThreshold(config.slowCall())
                        .waitDurationInOpenState(config.open())
                        .permittedNumberOfCallsInHalfOpenState(config.halfOpenCalls())
                        .writableStackTraceEnabled(false)
                        .clock(clock)
                        .build());
    }

    private static float percent(double value) {
        return (float) value;
    }

    private static Bulkhead bulkhead(Resilience.Bulkhead config, String name) {
        return Bulkhead.of(
                name,
                BulkheadConfig.custom()
                        .maxConcurrentCalls(config.maxCalls())
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    /** A call wants to begin; null when it must not. */
    public @Nullable Call tryEnter(long nowNanos) {
        if (bulkhead != null && !bulkhead.tryAcquirePermission()) {
            rejected.increment();
            return null;
        }
        if (adaptive != null && !adaptive.tryAcquire()) {
            rejected.increment();
            leave(false);
            return null;
        }
        if (breaker != null && !breaker.tryAcquirePermission()) {
            rejected.increment();
            leave(true);
            return null;
        }
        return new Call(nowNanos);
    }

    private void leave(boolean adaptiveToo) {
        if (bulkhead != null) {
            bulkhead.onComplete();
        }
        if (adaptiveToo && adaptive != null) {
            adaptive.release();
        }
    }

    /** What is shown on /clusters: names and values. */
    public Map<String, String> state() {
        Map<String, String> state = new LinkedHashMap<>();
        if (breaker != null) {
            state.put("circuit_breaker_state", breaker.getState().name());
            state.put("failure_rate", rate(breaker.getMetrics().getFailureRate()));
            state.put("slow_call_rate", rate(breaker.getMetrics().getSlowCallRate()));
        }
        if (bulkhead != null) {
            int free = bulkhead.getMetrics().getAvailableConcurrentCalls();
            int most = bulkhead.getMetrics().getMaxAllowedConcurrentCalls();
            state.put("bulkhead_calls", Integer.toString(most - free));
        }
        if (adaptive != null) {
            state.put("adaptive_limit", Integer.toString(adaptive.limit()));
        }
        state.put("rejected", Long.toString(rejected.sum()));
        return state;
    }

    // -1 while the window has too few calls.
    private static String rate(float percent) {
        return Float.toString(percent);
    }

    /** One call that was let through. Confined to the event loop of its request. */
    public final class Call {
        private final long startNanos;
        private boolean judged;
        private boolean over;

        private Call(long startNanos) {
            this.startNanos = startNanos;
        }

        /** The response's head is there, or it is known that none will come. */
        public void answered(boolean success, long nowNanos) {
            if (judged) {
                return;
            }
            judged = true;
            if (breaker != null) {
                long nanos = nowNanos - startNanos;
                if (success) {
                    breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
                } else {
                    breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
                }
            }
            if (adaptive != null) {
                adaptive.onAnswer(success, startNanos, nowNanos);
            }
        }

        /** It is over; without an answer before, nobody knows how it would have ended. */
        public void end() {
            if (over) {
                return;
            }
            over = true;
            if (!judged && breaker != null) {
                breaker.releasePermission();
            }
            leave(true);
        }
    }

    /** Stands for every failure: the breaker only counts. */
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure() {
            super("failed", null, false, false);
        }
    }
}
