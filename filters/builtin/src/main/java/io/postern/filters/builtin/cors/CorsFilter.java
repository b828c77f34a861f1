package io.postern.filters.builtin.cors;

import io.postern.config.model.CorsSpec.Policy;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.StringMatcher;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers preflight requests and tells browsers which origins may read a response. Only on routes
 * that forward: redirects and direct responses are left alone, as in Envoy.
 *
 * <p>Source: Envoy's cors filter; Fetch, "CORS protocol". Confined to the event loop.
 */
final class CorsFilter implements Filter {
    private static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
    private static final HeaderName REQUEST_HEADERS =
            HeaderName.of("access-control-request-headers");
    private static final HeaderName REQUEST_NETWORK =
            HeaderName.of("access-control-request-private-network");
    private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
    private static final HeaderName ALLOW_CREDENTIALS =
            HeaderName.of("access-control-allow-credentials");
    private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
    private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
    private static final HeaderName ALLOW_NETWORK =
            HeaderName.of("access-control-allow-private-network");
    private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
    private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
    private static final byte[] NO_BODY = {};

    private final @Nullable Policy policy;
    private final FilterCallbacks callbacks;
    private final Stats stats;
    private final RandomGenerator random;
    private @Nullable String allowedOrigin;

    /** Requests with an origin. */
    record Stats(Metrics.Counter valid, Metrics.Counter invalid) {
        Stats(Metrics metrics, String prefix) {
            this(
                    metrics.counter(prefix + "cors.origin_valid"),
                    metrics.counter(prefix + "cors.origin_invalid"));
        }
    }

    CorsFilter(
            @Nullable Policy policy,
            FilterCallbacks callbacks,
            Stats stats,
            RandomGenerator random) {
        this.policy = policy;
        this.callbacks = callbacks;
        this.stats = stats;
        this.random = random;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        int at = headers.indexOf(ORIGIN);
        if (policy == null
                || at < 0
                || headers.valueLength(at) == 0
                || callbacks.streamInfo().clusterName().isEmpty()) {
            return FilterStatus.CONTINUE;
        }
        boolean enabled = policy.enabled() == null || drawn(policy.enabled());
        if (!enabled && (policy.shadowEnabled() == null || !drawn(policy.shadowEnabled()))) {
            return FilterStatus.CONTINUE;
        }
        String origin = headers.value(at);
        boolean allowed = isAllowed(policy, origin);
        (allowed ? stats.valid : stats.invalid).add(1);
        if (!enabled) {
            return FilterStatus.CONTINUE;
        }
        allowedOrigin = allowed ? origin : null;
        if (!isPreflight(headers) || (!allowed && forwardsOthers(policy))) {
            return FilterStatus.CONTINUE;
        }
        callbacks.sendLocalReply(
                new LocalReply(200, "cors_response", NO_BODY, answer(policy, headers), -1));
        return FilterStatus.PAUSE;
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        String origin = allowedOrigin;
        if (policy != null && origin != null) {
            headers.set(ALLOW_ORIGIN, origin);
            if (Boolean.TRUE.equals(policy.allowCredentials())) {
                headers.set(ALLOW_CREDENTIALS, "true");
            }
            if (!policy.exposeHeaders().isEmpty()) {
                headers.set(EXPOSE_HEADERS, policy.exposeHeaders());
            }
        }
        return FilterStatus.CONTINUE;
    }

    private boolean drawn(Fraction share) {
        return random.nextInt(share.denominator()) < share.numerator();
    }

    private static boolean isAllowed(Policy policy, String origin) {
        for (StringMatcher allowed : policy.allowOrigins()) {
            if (allowed.matches("*") || allowed.matches(origin)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPreflight(HeaderMap headers) {
        int method = headers.indexOf(HeaderName.METHOD);
        return method >= 0
                && headers.valueIs(method, "OPTIONS")
                && !value(headers, REQUEST_METHOD).isEmpty();
    }

    private static boolean forwardsOthers(Policy policy) {
        return policy.forwardNotMatchingPreflights() == null
                || policy.forwardNotMatchingPreflights();
    }

    // The origin and what every response gets come with onResponseHeaders.
    private static List<LocalReply.Header> answer(Policy policy, HeaderMap request) {
        var answer = new ArrayList<LocalReply.Header>();
        if (Boolean.TRUE.equals(policy.allowCredentials())) {
            add(answer, ALLOW_CREDENTIALS, "true");
        }
        addAllowed(answer, ALLOW_METHODS, policy.allowMethods(), request, REQUEST_METHOD);
        addAllowed(answer, ALLOW_HEADERS, policy.allowHeaders(), request, REQUEST_HEADERS);
        if (!policy.maxAge().isEmpty()) {
            add(answer, MAX_AGE, policy.maxAge());
        }
        if (Boolean.TRUE.equals(policy.allowPrivateNetworkAccess())
                && value(request, REQUEST_NETWORK).equals("true")) {
            add(answer, ALLOW_NETWORK, "true");
        }
        return answer;
    }

    private static void addAllowed(
            List<LocalReply.Header> answer,
            HeaderName name,
            String allowed,
            HeaderMap request,
            HeaderName asked) {
        if (!allowed.isEmpty()) {
            add(answer, name, allowed.equals("*") ? value(request, asked) : allowed);
        }
    }

    private static void add(List<LocalReply.Header> answer, HeaderName name, String value) {
        answer.add(new LocalReply.Header(name, value.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String value(HeaderMap headers, HeaderName name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
