package io.postern.core;

import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RetryPolicy.On;
import io.postern.core.route.HeaderCondition;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request is tried again for: the route's policy and what a trusted client asks for in
 * headers. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code RetryStateImpl} and "x-envoy-retry-on" and its neighbours in the
 * router's documentation.
 *
 * @param headerNames headers whose presence in a response asks for a retry
 */
record RetryRules(
        Set<On> on,
        int retries,
        List<Integer> statuses,
        List<HeaderMatcher> headers,
        List<HeaderName> headerNames,
        RetryPolicy policy) {
    private static final HeaderName RETRY_ON = HeaderName.of("x-envoy-retry-on");
    private static final HeaderName RETRY_GRPC_ON = HeaderName.of("x-envoy-retry-grpc-on");
    private static final HeaderName MAX_RETRIES = HeaderName.of("x-envoy-max-retries");
    private static final HeaderName STATUSES = HeaderName.of("x-envoy-retriable-status-codes");
    private static final HeaderName HEADERS = HeaderName.of("x-envoy-retriable-header-names");

    /** Bounds what a client can make us keep. */
    private static final int MOST_OF_A_LIST = 64;

    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(
                    Set.of(),
                    1,
                    Duration.ZERO,
                    null,
                    Duration.ofMillis(25),
                    Duration.ofMillis(250),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    0,
                    1,
                    null);

    /** Null: it is not tried again. */
    static @Nullable RetryRules of(@Nullable RetryPolicy configured, HeaderMap head) {
        boolean asked = head.contains(RETRY_ON) || head.contains(RETRY_GRPC_ON);
        if (configured == null && !asked) {
            return null;
        }
        RetryPolicy policy = configured == null ? DEFAULTS : configured;
        if (!policy.retriableRequestHeaders().isEmpty()
                && !matches(policy.retriableRequestHeaders(), head)) {
            return null;
        }
        if (!asked && !head.contains(MAX_RETRIES) && !hasLists(head)) {
            return new RetryRules(
                    policy.on(),
                    policy.maxRetries(),
                    policy.retriableStatusCodes(),
                    policy.retriableHeaders(),
                    List.of(),
                    policy);
        }
        return asked(policy, head);
    }

    private static boolean hasLists(HeaderMap head) {
        return head.contains(STATUSES) || head.contains(HEADERS);
    }

    private static RetryRules asked(RetryPolicy policy, HeaderMap head) {
        Set<On> on = EnumSet.noneOf(On.class);
        on.addAll(policy.on());
        for (HeaderName name : List.of(RETRY_ON, RETRY_GRPC_ON)) {
            for (String token : list(head, name)) {
                On known = On.ofToken(token);
                if (known != null && known.isOfGrpc() == name.equals(RETRY_GRPC_ON)) {
                    on.add(known);
                }
            }
        }
        List<Integer> statuses = new ArrayList<>(policy.retriableStatusCodes());
        for (String token : list(head, STATUSES)) {
            int status = number(token);
            if (status >= 0) {
                statuses.add(status);
            }
        }
        List<HeaderName> names = new ArrayList<>();
        for (String token : list(head, HEADERS)) {
            if (!token.isEmpty()) {
                names.add(HeaderName.of(token));
            }
        }
        String most = head.get(MAX_RETRIES);
        int wanted = most == null ? -1 : number(most);
        return new RetryRules(
                on,
                wanted < 0 ? policy.maxRetries() : wanted,
                statuses,
                policy.retriableHeaders(),
                names,
                policy);
    }

    private static List<String> list(HeaderMap head, HeaderName name) {
        String value = head.get(name);
        if (value == null) {
            return List.of();
        }
        List<String> tokens = new ArrayList<>();
        for (String token : value.split(",", MOST_OF_A_LIST)) {
            tokens.add(token.strip());
        }
        return tokens;
    }

    private static int number(String text) {
        String digits = text.strip();
        if (digits.isEmpty() || digits.length() > 9) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(digits);
    }

    static boolean matches(List<HeaderMatcher> matchers, HeaderMap head) {
        for (HeaderMatcher matcher : matchers) {
            if (HeaderCondition.of(matcher).matches(head)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any of them is switched on. */
    boolean any(On... conditions) {
        for (On condition : conditions) {
            if (on.contains(condition)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code head} has a header that asks for a retry. */
    boolean hasRetriableHeader(HeaderMap head) {
        for (HeaderName name : headerNames) {
            if (head.contains(name)) {
                return true;
            }
        }
        return matches(headers, head);
    }
}
