package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When and how often a request is tried again.
 *
 * <p>Source: {@code envoy.config.route.v3.RetryPolicy}.
 *
 * @param maxRetries 0 or more, beyond the first attempt
 * @param perTryTimeout zero: none
 * @param perTryIdleTimeout null: none
 */
public record RetryPolicy(
        Set<On> on,
        int maxRetries,
        Duration perTryTimeout,
        @Nullable Duration perTryIdleTimeout,
        Duration backoffBase,
        Duration backoffMax,
        List<Integer> retriableStatusCodes,
        List<HeaderMatcher> retriableHeaders,
        List<HeaderMatcher> retriableRequestHeaders,
        boolean avoidPreviousHosts,
        int hostSelectionMaxAttempts) {
    public RetryPolicy {
        on = Set.copyOf(on);
        retriableStatusCodes = List.copyOf(retriableStatusCodes);
        retriableHeaders = List.copyOf(retriableHeaders);
        retriableRequestHeaders = List.copyOf(retriableRequestHeaders);
    }

    /** Conditions, named as in {@code retry_on}. */
    public enum On {
        FIVE_XX,
        GATEWAY_ERROR,
        RESET,
        RESET_BEFORE_REQUEST,
        CONNECT_FAILURE,
        ENVOY_RATELIMITED,
        RETRIABLE_4XX,
        REFUSED_STREAM,
        RETRIABLE_STATUS_CODES,
        RETRIABLE_HEADERS,
        HTTP3_POST_CONNECT_FAILURE,
        GRPC_CANCELLED,
        GRPC_DEADLINE_EXCEEDED,
        GRPC_INTERNAL,
        GRPC_RESOURCE_EXHAUSTED,
        GRPC_UNAVAILABLE
    }
}
