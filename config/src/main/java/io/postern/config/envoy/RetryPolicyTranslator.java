package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeaderFormat;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RetryPolicy.On;
import io.postern.config.model.RetryPolicy.RateLimitedBackOff;
import io.postern.config.model.RetryPolicy.ResetHeader;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Translates {@code envoy.config.route.v3.RetryPolicy}. */
final class RetryPolicyTranslator {
    private static final String PREVIOUS_HOSTS =
            "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";

    /** Envoy's defaults (runtime upstream.base_retry_backoff_ms, ten times that as maximum). */
    private static final Duration BACKOFF_BASE = Duration.ofMillis(25);

    private static final Duration MAX_RATE_LIMITED = Duration.ofMinutes(5);

    private static final Map<String, On> TOKENS = tokens();

    private final Translation translation;
    private final MatcherTranslator matchers;

    RetryPolicyTranslator(Translation translation) {
        this.translation = translation;
        this.matchers = new MatcherTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.RetryPolicy")
                        .reads(
                                "retry_on",
                                "num_retries",
                                "per_try_timeout",
                                "per_try_idle_timeout",
                                "host_selection_retry_max_attempts",
                                "retriable_status_codes",
                                "retry_back_off",
                                "retriable_headers",
                                "retriable_request_headers",
                                "rate_limited_retry_back_off")
                        .partly("retry_host_predicate", "previous_hosts only"),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.RetryHostPredicate")
                        .reads("name", "typed_config"),
                MessageSupport.of(PREVIOUS_HOSTS),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff")
                        .reads("reset_headers", "max_interval"),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.ResetHeader")
                        .reads("name", "format"),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.RetryBackOff")
                        .reads("base_interval", "max_interval"));
    }

    private static Map<String, On> tokens() {
        var tokens = new TreeMap<String, On>();
        for (var on : On.values()) {
            tokens.put(on.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), on);
        }
        tokens.remove("five-xx");
        tokens.put("5xx", On.FIVE_XX);
        for (var grpc : List.of("cancelled", "deadline-exceeded", "internal", "unavailable")) {
            tokens.put(grpc, tokens.remove("grpc-" + grpc));
        }
        tokens.put("resource-exhausted", tokens.remove("grpc-resource-exhausted"));
        return tokens;
    }

    /**
     * @param timeout of the whole request, to compare with that of one try; zero: none
     */
    RetryPolicy translate(
            io.envoyproxy.envoy.config.route.v3.RetryPolicy policy, Duration timeout, Spot spot) {
        var perTry =
                translation.duration(
                        policy.hasPerTryTimeout(),
                        policy.getPerTryTimeout(),
                        Duration.ZERO,
                        spot.field("per_try_timeout"));
        if (timeout.isPositive() && perTry.compareTo(timeout) > 0) {
            translation.warning(
                    spot.field("per_try_timeout"),
                    "per_try_timeout is longer than the route's timeout of "
                            + seconds(timeout)
                            + ": it never ends a try",
                    "make it shorter than the timeout");
        }
        var backOff = policy.getRetryBackOff();
        var backOffSpot = spot.field("retry_back_off");
        var base =
                translation.duration(
                        backOff.hasBaseInterval(),
                        backOff.getBaseInterval(),
                        BACKOFF_BASE,
                        backOffSpot.field("base_interval"));
        var max =
                translation.duration(
                        backOff.hasMaxInterval(),
                        backOff.getMaxInterval(),
                        Translation.times(10, base),
                        backOffSpot.field("max_interval"));
        if (max.compareTo(base) < 0) {
            translation.error(
                    backOffSpot.field("max_interval"),
                    "max_interval is less than base_interval (expected: it or more)");
        }
        return new RetryPolicy(
                on(policy.getRetryOn(), spot.field("retry_on")),
                Translation.number(policy.hasNumRetries(), policy.getNumRetries(), 1),
                perTry,
                policy.hasPerTryIdleTimeout()
                        ? translation.duration(
                                policy.getPerTryIdleTimeout(), spot.field("per_try_idle_timeout"))
                        : null,
                base,
                max,
                policy.getRetriableStatusCodesList(),
                matchers.headers(policy.getRetriableHeadersList(), spot.field("retriable_headers")),
                matchers.headers(
                        policy.getRetriableRequestHeadersList(),
                        spot.field("retriable_request_headers")),
                avoidsPreviousHosts(policy.getRetryHostPredicateList()),
                policy.getHostSelectionRetryMaxAttempts() == 0
                        ? 1
                        : (int) Math.min(policy.getHostSelectionRetryMaxAttempts(), 1_000_000),
                policy.hasRateLimitedRetryBackOff()
                        ? rateLimited(
                                policy.getRateLimitedRetryBackOff(),
                                spot.field("rate_limited_retry_back_off"))
                        : null);
    }

    private RateLimitedBackOff rateLimited(RateLimitedRetryBackOff backOff, Spot spot) {
        return new RateLimitedBackOff(
                backOff.getResetHeadersList().stream()
                        .map(header ->
                                new ResetHeader(
                                        HeaderName.of(header.getName()),
                                        header.getFormat() == ResetHeaderFormat.UNIX_TIMESTAMP))
                        .toList(),
                translation.duration(
                        backOff.hasMaxInterval(),
                        backOff.getMaxInterval(),
                        MAX_RATE_LIMITED,
                        spot.field("max_interval")));
    }

    private Set<On> on(String tokens, Spot spot) {
        var on = EnumSet.noneOf(On.class);
        for (var token : tokens.split(",", -1)) {
            var known = TOKENS.get(token.strip());
            if (known != null) {
                on.add(known);
            } else if (!token.isBlank()) {
                translation.warning(
                        spot,
                        "no such retry condition: \"" + token.strip() + "\" (Envoy ignores it)",
                        Nearest.cure(token.strip(), TOKENS.keySet()));
            }
        }
        return on;
    }

    private static boolean avoidsPreviousHosts(List<RetryHostPredicate> predicates) {
        return predicates.stream()
                .anyMatch(predicate -> Translation.is(predicate.getTypedConfig(), PREVIOUS_HOSTS));
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + "s";
    }
}
