package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.postern.config.model.Resilience;
import io.postern.config.proto.resilience.v1.AdaptiveConcurrency;
import io.postern.config.proto.resilience.v1.CircuitBreaker;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates {@code postern.clusters.resilience.v1.Resilience}, an extension of Postern's own. */
final class ResilienceTranslator {
    static final String KEY = "postern.clusters.resilience";
    private static final String TYPE = "postern.clusters.resilience.v1.Resilience";
    private static final int MOST_LIMIT = 1_000_000;

    private final Translation translation;

    ResilienceTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var resilience = "postern.clusters.resilience.v1.";
        return List.of(
                MessageSupport.of(TYPE)
                        .reads("circuit_breaker", "bulkhead", "adaptive_concurrency"),
                MessageSupport.of(resilience + "CircuitBreaker")
                        .reads(
                                "window_type",
                                "window_size",
                                "minimum_calls",
                                "failure_rate_threshold",
                                "slow_call_rate_threshold",
                                "slow_call_duration",
                                "open_duration",
                                "half_open_calls"),
                MessageSupport.of(resilience + "Bulkhead").reads("max_concurrent_calls"),
                MessageSupport.of(resilience + "AdaptiveConcurrency")
                        .reads("min_limit", "max_limit", "latency_target", "backoff_ratio"));
    }

    Resilience translate(Cluster cluster, Spot options) {
        Any any = cluster.getTypedExtensionProtocolOptionsMap().get(KEY);
        return any == null ? Resilience.none() : policy(any, options.key(KEY));
    }

    Resilience policy(Any any, Spot spot) {
        if (!Translation.is(any, TYPE)) {
            return Resilience.none();
        }
        var policy =
                Translation.unpack(any, io.postern.config.proto.resilience.v1.Resilience.parser());
        var bulkhead = policy.getBulkhead();
        return new Resilience(
                policy.hasCircuitBreaker()
                        ? breaker(policy.getCircuitBreaker(), spot.field("circuit_breaker"))
                        : null,
                policy.hasBulkhead()
                        ? new Resilience.Bulkhead(
                                count(
                                        Translation.number(
                                                bulkhead.hasMaxConcurrentCalls(),
                                                bulkhead.getMaxConcurrentCalls(),
                                                25),
                                        spot.field("bulkhead").field("max_concurrent_calls")))
                        : null,
                policy.hasAdaptiveConcurrency()
                        ? adaptive(
                                policy.getAdaptiveConcurrency(), spot.field("adaptive_concurrency"))
                        : null);
    }

    private Resilience.Breaker breaker(CircuitBreaker breaker, Spot spot) {
        return new Resilience.Breaker(
                breaker.getWindowType() == CircuitBreaker.WindowType.TIME,
                count(
                        Translation.number(breaker.hasWindowSize(), breaker.getWindowSize(), 100),
                        spot.field("window_size")),
                count(
                        Translation.number(
                                breaker.hasMinimumCalls(), breaker.getMinimumCalls(), 100),
                        spot.field("minimum_calls")),
                percent(
                        breaker.hasFailureRateThreshold()
                                ? breaker.getFailureRateThreshold().getValue()
                                : 50,
                        spot.field("failure_rate_threshold")),
                percent(
                        breaker.hasSlowCallRateThreshold()
                                ? breaker.getSlowCallRateThreshold().getValue()
                                : 100,
                        spot.field("slow_call_rate_threshold")),
                positive(
                        translation.duration(
                                breaker.hasSlowCallDuration(),
                                breaker.getSlowCallDuration(),
                                Duration.ofMinutes(1),
                                spot.field("slow_call_duration")),
                        spot.field("slow_call_duration")),
                positive(
                        translation.duration(
                                breaker.hasOpenDuration(),
                                breaker.getOpenDuration(),
                                Duration.ofMinutes(1),
                                spot.field("open_duration")),
                        spot.field("open_duration")),
                count(
                        Translation.number(
                                breaker.hasHalfOpenCalls(), breaker.getHalfOpenCalls(), 10),
                        spot.field("half_open_calls")));
    }

    private Resilience.Adaptive adaptive(AdaptiveConcurrency adaptive, Spot spot) {
        int least =
                count(
                        Translation.number(adaptive.hasMinLimit(), adaptive.getMinLimit(), 10),
                        spot.field("min_limit"));
        int most =
                count(
                        Translation.number(adaptive.hasMaxLimit(), adaptive.getMaxLimit(), 1000),
                        spot.field("max_limit"));
        if (most < least) {
            translation.error(
                    spot.field("max_limit"),
                    most + " (expected: min_limit, " + least + ", or more)");
        }
        double ratio = adaptive.hasBackoffRatio() ? adaptive.getBackoffRatio().getValue() : 0.9;
        if (!(ratio >= 0.5 && ratio < 1)) {
            translation.error(
                    spot.field("backoff_ratio"), ratio + " (expected: from 0.5 to below 1)");
        }
        return new Resilience.Adaptive(
                least,
                most,
                positive(
                        translation.duration(
                                adaptive.getLatencyTarget(), spot.field("latency_target")),
                        spot.field("latency_target")),
                ratio);
    }

    private int count(int value, Spot spot) {
        if (value < 1 || value > MOST_LIMIT) {
            translation.error(spot, value + " (expected: 1 to " + MOST_LIMIT + ")");
            return 1;
        }
        return value;
    }

    private double percent(double value, Spot spot) {
        if (!(value > 0 && value <= 100)) {
            translation.error(spot, value + " (expected: above 0 and up to 100)");
            return 100;
        }
        return value;
    }

    private Duration positive(Duration value, Spot spot) {
        if (!value.isPositive()) {
            translation.error(spot, "0s or missing (expected: more than 0s)");
            return Duration.ofSeconds(1);
        }
        return value;
    }
}
