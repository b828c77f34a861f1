package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * @param avoided hosts that are passed over when a try is made again
 * @param priorityUpdates after so many tries, and every so many more, priorities that were tried
 *     get no more; 0: they stay
 * @param rateLimitedBackOff null: none
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
        List<Avoided> avoided,
        int priorityUpdates,
        int hostSelectionMaxAttempts,
        @Nullable RateLimitedBackOff rateLimitedBackOff) {
    public RetryPolicy {
        on = Set.copyOf(on);
        avoided = List.copyOf(avoided);
        retriableStatusCodes = List.copyOf(retriableStatusCodes);
        retriableHeaders = List.copyOf(retriableHeaders);
        retriableRequestHeaders = List.copyOf(retriableRequestHeaders);
    }

    /** Hosts that another try should not go to, if there are others. */
    public sealed interface Avoided {
        /** Those that were tried. */
        record PreviousHosts() implements Avoided {}

        /** Those that are canaries by their metadata. */
        record Canaries() implements Avoided {}

        /** Those with this metadata, values as JSON. */
        record WithMetadata(Map<String, String> labels) implements Avoided {
            public WithMetadata {
                labels = Map.copyOf(labels);
            }
        }
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
        GRPC_UNAVAILABLE;

        /** Whether {@code x-envoy-retry-grpc-on} names it, and not {@code x-envoy-retry-on}. */
        public boolean isOfGrpc() {
            return switch (this) {
                case GRPC_CANCELLED,
                        GRPC_DEADLINE_EXCEEDED,
                        GRPC_INTERNAL,
                        GRPC_RESOURCE_EXHAUSTED,
                        GRPC_UNAVAILABLE ->
                        true;
                default -> false;
            };
        }

        /** The condition that Envoy calls {@code token}; null: none. */
        public static @Nullable On ofToken(String token) {
            return switch (token) {
                case "5xx" -> FIVE_XX;
                case "cancelled" -> GRPC_CANCELLED;
                case "deadline-exceeded" -> GRPC_DEADLINE_EXCEEDED;
                case "internal" -> GRPC_INTERNAL;
                case "resource-exhausted" -> GRPC_RESOURCE_EXHAUSTED;
                case "unavailable" -> GRPC_UNAVAILABLE;
                case "gateway-error" -> GATEWAY_ERROR;
                case "reset" -> RESET;
                case "reset-before-request" -> RESET_BEFORE_REQUEST;
                case "connect-failure" -> CONNECT_FAILURE;
                case "envoy-ratelimited" -> ENVOY_RATELIMITED;
                case "retriable-4xx" -> RETRIABLE_4XX;
                case "refused-stream" -> REFUSED_STREAM;
                case "retriable-status-codes" -> RETRIABLE_STATUS_CODES;
                case "retriable-headers" -> RETRIABLE_HEADERS;
                case "http3-post-connect-failure" -> HTTP3_POST_CONNECT_FAILURE;
                default -> null;
            };
        }
    }

    /**
     * Waits as long as a response asks for.
     *
     * @param max an answer that asks for more is not listened to
     */
    public record RateLimitedBackOff(List<ResetHeader> headers, Duration max) {
        public RateLimitedBackOff {
            headers = List.copyOf(headers);
        }
    }

    /** Says when the limit is over. {@code unixTime}: not in so many seconds, but at that time. */
    public record ResetHeader(HeaderName name, boolean unixTime) {}
}
