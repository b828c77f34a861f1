package io.postern.core;

import io.postern.config.model.RetryPolicy.Avoided;
import io.postern.config.model.RetryPolicy.On;
import io.postern.config.model.RetryPolicy.RateLimitedBackOff;
import io.postern.config.model.RetryPolicy.ResetHeader;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.UpstreamHost;
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
    private static final int MOST_DIGITS = 12;

    /** What follows from a failure or a response head. */
    enum Verdict {
        RETRY,
        ACCEPT
    }

    private @Nullable RetryRules rules;
    private final WorkerCluster cluster;
    private final boolean highPriority;
    private final RandomGenerator random;
    private int left;
    private int taken;
    private long askedWaitNanos = -1;
    private boolean exhausted;
    private boolean holdsPermit;
    private boolean afterTimeout;

    /** {@code rules}: null: the first try is the last one. */
    Retries(
            @Nullable RetryRules rules,
            WorkerCluster cluster,
            boolean highPriority,
            RandomGenerator random) {
        this.rules = rules;
        this.cluster = cluster;
        this.highPriority = highPriority;
        this.random = random;
        this.left = rules == null ? 0 : rules.retries();
    }

    boolean enabled() {
        return left > 0;
    }

    /** Whether it matters which hosts were tried. */
    boolean avoids() {
        return rules != null
                && (!rules.policy().avoided().isEmpty() || rules.policy().priorityUpdates() > 0);
    }

    /** After how many tries priorities are left out that were tried; 0: never. */
    int priorityUpdates() {
        return rules == null || taken == 0 ? 0 : rules.policy().priorityUpdates();
    }

    /** Whether the policy would rather have another host. */
    boolean refuses(UpstreamHost host, List<UpstreamHost> tried) {
        if (rules == null) {
            return false;
        }
        for (Avoided avoided : rules.policy().avoided()) {
            boolean refused =
                    switch (avoided) {
                        case Avoided.PreviousHosts() -> tried.contains(host);
                        case Avoided.Canaries() -> "true".equals(host.lbMetadata().get("canary"));
                        case Avoided.WithMetadata(var labels) ->
                                host.lbMetadata().entrySet().containsAll(labels.entrySet());
                    };
            if (refused) {
                return true;
            }
        }
        return false;
    }

    /** How many hosts may be chosen for a try: one more than host_selection_retry_max_attempts. */
    int hostAttempts() {
        return rules == null || taken == 0 ? 1 : rules.policy().hostSelectionMaxAttempts() + 1;
    }

    /** Time in which something must happen on a try; 0: any. */
    long perTryIdleNanos() {
        var idle = rules == null ? null : rules.policy().perTryIdleTimeout();
        return idle == null ? 0 : idle.toNanos();
    }

    boolean exhausted() {
        return exhausted;
    }

    boolean retried() {
        return taken > 0;
    }

    /** Whether the last try ended because it took too long. */
    boolean afterTimeout() {
        return afterTimeout;
    }

    Verdict afterFailure(UpstreamFailure failure) {
        RetryRules wanted = rules;
        if (wanted == null) {
            return Verdict.ACCEPT;
        }
        askedWaitNanos = -1;
        afterTimeout = failure.kind() == UpstreamFailure.Kind.TRY_TIMEOUT;
        return verdict(
                switch (failure.kind()) {
                    case NO_HOST, NAME, OVERFLOW -> false;
                    case CONNECT ->
                            wanted.any(
                                    On.CONNECT_FAILURE,
                                    On.FIVE_XX,
                                    On.GATEWAY_ERROR,
                                    On.RESET,
                                    On.RESET_BEFORE_REQUEST);
                    case REFUSED ->
                            wanted.any(On.REFUSED_STREAM, On.FIVE_XX, On.GATEWAY_ERROR, On.RESET);
                    case RESET -> wanted.any(On.RESET, On.FIVE_XX, On.GATEWAY_ERROR);
                    case TRY_TIMEOUT -> wanted.any(On.FIVE_XX, On.GATEWAY_ERROR, On.RESET);
                });
    }

    /** {@code epochNanos}: now, by the wall clock. */
    Verdict afterHead(HeaderMap head, long epochNanos) {
        RetryRules wanted = rules;
        if (wanted == null) {
            return Verdict.ACCEPT;
        }
        afterTimeout = false;
        askedWaitNanos = wait(wanted.policy().rateLimitedBackOff(), head, epochNanos);
        return verdict(wants(head));
    }

    /** Whether a try that takes too long is overtaken by another one. */
    Verdict afterSlowTry() {
        afterTimeout = true;
        askedWaitNanos = -1;
        return rules == null ? Verdict.ACCEPT : verdict(true);
    }

    /** Whether this answer would be a reason to try again. */
    boolean wants(HeaderMap head) {
        RetryRules wanted = rules;
        if (wanted == null) {
            return false;
        }
        if (head.contains(RATE_LIMITED)) {
            return wanted.any(On.ENVOY_RATELIMITED);
        }
        return statusWanted(wanted, Status.of(head))
                || grpcWanted(wanted, head)
                || (wanted.any(On.RETRIABLE_HEADERS) && wanted.hasRetriableHeader(head));
    }

    /** There is an answer: no more tries. */
    void finish() {
        left = 0;
        rules = null;
    }

    /** How long the response wants us to wait; negative: as long as usual. */
    private static long wait(
            @Nullable RateLimitedBackOff backOff, HeaderMap head, long epochNanos) {
        if (backOff == null) {
            return -1;
        }
        for (ResetHeader reset : backOff.headers()) {
            String value = head.get(reset.name());
            if (value == null || !isNumber(value)) {
                continue;
            }
            long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(value));
            long waiting = reset.unixTime() ? nanos - epochNanos : nanos;
            if (waiting > 0 && waiting <= backOff.max().toNanos()) {
                return waiting;
            }
        }
        return -1;
    }

    private static boolean isNumber(String text) {
        boolean digits = !text.isEmpty() && text.length() <= MOST_DIGITS;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    /** Takes a retry from the policy and from the cluster's circuit breaker. */
    boolean take() {
        release();
        left--;
        if (!cluster.tryRetry(highPriority)) {
            return false;
        }
        holdsPermit = true;
        taken++;
        return true;
    }

    /** Whether the wait before the next try is the one that a response asked for. */
    boolean waitsAsAsked() {
        return askedWaitNanos > 0;
    }

    /**
     * Full jitter: anything below base * (2^n - 1), at most the maximum; what a response asked for
     * is the least, and up to half more of it.
     */
    long backoffNanos() {
        RetryRules wanted = rules;
        if (wanted == null) {
            return 0;
        }
        if (waitsAsAsked()) {
            return askedWaitNanos + random.nextLong(Math.max(1, askedWaitNanos / 2));
        }
        long base = wanted.policy().backoffBase().toNanos();
        long ceiling =
                Math.min(
                        base * ((1L << Math.min(taken, 20)) - 1),
                        wanted.policy().backoffMax().toNanos());
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

    private static boolean statusWanted(RetryRules wanted, int status) {
        if (status >= 500 && wanted.any(On.FIVE_XX)) {
            return true;
        }
        if (status >= 502 && status <= 504 && wanted.any(On.GATEWAY_ERROR)) {
            return true;
        }
        if (status == 409 && wanted.any(On.RETRIABLE_4XX)) {
            return true;
        }
        return wanted.any(On.RETRIABLE_STATUS_CODES) && wanted.statuses().contains(status);
    }

    private static boolean grpcWanted(RetryRules wanted, HeaderMap head) {
        int index = head.indexOf(GRPC_STATUS);
        if (index < 0) {
            return false;
        }
        return switch (head.value(index)) {
            case "1" -> wanted.any(On.GRPC_CANCELLED);
            case "4" -> wanted.any(On.GRPC_DEADLINE_EXCEEDED);
            case "8" -> wanted.any(On.GRPC_RESOURCE_EXHAUSTED);
            case "13" -> wanted.any(On.GRPC_INTERNAL);
            case "14" -> wanted.any(On.GRPC_UNAVAILABLE);
            default -> false;
        };
    }
}
