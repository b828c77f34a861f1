package io.postern.core;

import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.RetryPolicy;
import io.postern.config.model.RetryPolicy.On;
import io.postern.core.route.HeaderCondition;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often one request may be tried again and what for.
 *
 * <p>Source: Envoy's RetryStateImpl. Confined to the event loop.
 */
final class Retries {
    private static final HeaderName RATE_LIMITED = HeaderName.of("x-envoy-ratelimited");
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");

    /** What follows from a failure or a response head. */
    enum Verdict {
        RETRY,
        ACCEPT
    }

    private final @Nullable RetryPolicy policy;
    private final WorkerCluster cluster;
    private final boolean highPriority;
    private final RandomGenerator random;
    private int left;
    private int taken;
    private boolean exhausted;
    private boolean holdsPermit;

    Retries(
            @Nullable RetryPolicy policy,
            WorkerCluster cluster,
            boolean highPriority,
            RandomGenerator random) {
        this.policy = policy;
        this.cluster = cluster;
        this.highPriority = highPriority;
        this.random = random;
        this.left = policy == null ? 0 : policy.maxRetries();
    }

    boolean enabled() {
        return left > 0;
    }

    boolean avoids() {
        return policy != null && policy.avoidPreviousHosts();
    }

    boolean exhausted() {
        return exhausted;
    }

    boolean retried() {
        return taken > 0;
    }

    Verdict afterFailure(UpstreamFailure failure) {
        if (policy == null) {
            return Verdict.ACCEPT;
        }
        boolean wanted =
                switch (failure.kind()) {
                    case NO_HOST, OVERFLOW -> false;
                    case CONNECT ->
                            any(
                                    On.CONNECT_FAILURE,
                                    On.FIVE_XX,
                                    On.GATEWAY_ERROR,
                                    On.RESET,
                                    On.RESET_BEFORE_REQUEST);
                    case REFUSED -> any(On.REFUSED_STREAM, On.FIVE_XX, On.GATEWAY_ERROR, On.RESET);
                    case RESET -> any(On.RESET, On.FIVE_XX, On.GATEWAY_ERROR);
                    case TRY_TIMEOUT -> any(On.FIVE_XX, On.GATEWAY_ERROR, On.RESET);
                };
        return verdict(wanted);
    }

    Verdict afterHead(HeaderMap head) {
        if (policy == null) {
            return Verdict.ACCEPT;
        }
        if (head.contains(RATE_LIMITED)) {
            return verdict(any(On.ENVOY_RATELIMITED));
        }
        int status = Status.of(head);
        boolean wanted = statusWanted(policy, status) || grpcWanted(head);
        if (!wanted && any(On.RETRIABLE_HEADERS)) {
            wanted = matches(policy.retriableHeaders(), head);
        }
        return verdict(wanted);
    }

    /** Takes a retry from the policy and from the cluster's circuit breaker. */
    boolean take() {
        release();
        if (!cluster.tryRetry(highPriority)) {
            return false;
        }
        holdsPermit = true;
        left--;
        taken++;
        return true;
    }

    /** Full jitter: anything below base * (2^n - 1), at most the maximum. */
    long backoffNanos() {
        if (policy == null) {
            return 0;
        }
        long base = policy.backoffBase().toNanos();
        long ceiling =
                Math.min(base * ((1L << Math.min(taken, 20)) - 1), policy.backoffMax().toNanos());
        return ceiling <= 0
                ? 0
                : random.nextLong(Math.max(ceiling, TimeUnit.MILLISECONDS.toNanos(1)));
    }

    /** Gives the circuit breaker its permit back. */
    void release() {
        if (holdsPermit) {
            holdsPermit = false;
            cluster.retryEnded(highPriority);
        }
    }

    private Verdict verdict(boolean wanted) {
        if (!wanted) {
            return Verdict.ACCEPT;
        }
        if (left <= 0) {
            exhausted = true;
            return Verdict.ACCEPT;
        }
        return Verdict.RETRY;
    }

    private boolean any(On... conditions) {
        if (policy != null) {
            for (On condition : conditions) {
                if (policy.on().contains(condition)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean statusWanted(RetryPolicy rules, int status) {
        if (status >= 500 && any(On.FIVE_XX)) {
            return true;
        }
        if (status >= 502 && status <= 504 && any(On.GATEWAY_ERROR)) {
            return true;
        }
        if (status == 409 && any(On.RETRIABLE_4XX)) {
            return true;
        }
        return any(On.RETRIABLE_STATUS_CODES) && rules.retriableStatusCodes().contains(status);
    }

    private boolean grpcWanted(HeaderMap head) {
        int index = head.indexOf(GRPC_STATUS);
        if (index < 0) {
            return false;
        }
        return switch (head.value(index)) {
            case "1" -> any(On.GRPC_CANCELLED);
            case "4" -> any(On.GRPC_DEADLINE_EXCEEDED);
            case "8" -> any(On.GRPC_RESOURCE_EXHAUSTED);
            case "13" -> any(On.GRPC_INTERNAL);
            case "14" -> any(On.GRPC_UNAVAILABLE);
            default -> false;
        };
    }

    private static boolean matches(List<HeaderMatcher> matchers, HeaderMap head) {
        for (HeaderMatcher matcher : matchers) {
            if (HeaderCondition.of(matcher).matches(head)) {
                return true;
            }
        }
        return false;
    }
}
