package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeaderFormat;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryPriority;
import io.envoyproxy.envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RetryPolicy.Avoided;
import io.postern.config.model.RetryPolicy.On;
import io.postern.config.model.RetryPolicy.RateLimitedBackOff;
import io.postern.config.model.RetryPolicy.ResetHeader;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Translates {@code envoy.config.route.v3.RetryPolicy}. */
final class RetryPolicyTranslator {
    private static final String PREVIOUS_HOSTS =
            "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
    private static final String CANARIES =
            "envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate";
    private static final String HOST_METADATA =
            "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig";
    private static final String PREVIOUS_PRIORITIES =
            "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig";

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
                        .reads("retry_host_predicate", "retry_priority"),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.RetryHostPredicate")
                        .reads("name", "typed_config"),
                MessageSupport.of(PREVIOUS_HOSTS),
                MessageSupport.of(CANARIES),
                MessageSupport.of(HOST_METADATA).opaque("metadata_match"),
                MessageSupport.of("envoy.config.route.v3.RetryPolicy.RetryPriority")
                        .reads("name", "typed_config"),
                MessageSupport.of(PREVIOUS_PRIORITIES).reads("update_frequency"),
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
                avoided(policy.getRetryHostPredicateList(), spot.field("retry_host_predicate")),
                priorityUpdates(policy.getRetryPriority(), spot.field("retry_priority")),
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

    private List<Avoided> avoided(List<RetryHostPredicate> predicates, Spot spot) {
        var avoided = new ArrayList<Avoided>();
        for (int i = 0; i < predicates.size(); i++) {
            var any = predicates.get(i).getTypedConfig();
            switch (MessageTypes.nameOf(any.getTypeUrl())) {
                case PREVIOUS_HOSTS -> avoided.add(new Avoided.PreviousHosts());
                case CANARIES -> avoided.add(new Avoided.Canaries());
                case HOST_METADATA ->
                        avoided.add(
                                new Avoided.WithMetadata(
                                        SubsetsTranslator.metadata(
                                                Translation.unpack(
                                                                any,
                                                                OmitHostMetadataConfig.parser())
                                                        .getMetadataMatch())));
                case "" ->
                        translation.error(
                                spot.index(i),
                                "the predicate "
                                        + predicates.get(i).getName()
                                        + " has no typed_config",
                                "add typed_config");
                default -> {} // refused before
            }
        }
        return avoided;
    }

    private int priorityUpdates(RetryPriority priority, Spot spot) {
        var any = priority.getTypedConfig();
        if (Translation.is(any, PREVIOUS_PRIORITIES)) {
            return Translation.unpack(any, PreviousPrioritiesConfig.parser()).getUpdateFrequency();
        }
        if (!priority.getName().isEmpty() && any.getTypeUrl().isEmpty()) {
            translation.error(spot, "retry_priority without typed_config", "add typed_config");
        }
        return 0;
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + "s";
    }
}
