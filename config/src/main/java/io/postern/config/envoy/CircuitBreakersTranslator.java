package io.postern.config.envoy;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.RetryBudget;
import io.postern.config.model.Cluster.Thresholds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.cluster.v3.CircuitBreakers}. */
final class CircuitBreakersTranslator {
    private static final int CONNECTIONS = 1024;
    private static final int RETRIES = 3;
    private static final double BUDGET_PERCENT = 20;
    private static final int BUDGET_CONCURRENCY = 3;

    private CircuitBreakersTranslator() {}

    static List<MessageSupport> declared() {
        var breakers = "envoy.config.cluster.v3.CircuitBreakers";
        return List.of(
                MessageSupport.of(breakers)
                        .reads("thresholds")
                        .partly("per_host_thresholds", "max_connections, as in Envoy"),
                MessageSupport.of(breakers + ".Thresholds")
                        .reads(
                                "priority",
                                "max_connections",
                                "max_pending_requests",
                                "max_requests",
                                "max_retries",
                                "retry_budget",
                                "track_remaining")
                        .accepts("a worker has at most six pools per host", "max_connection_pools"),
                MessageSupport.of(breakers + ".Thresholds.RetryBudget")
                        .reads("budget_percent", "min_retry_concurrency"));
    }

    static Cluster.CircuitBreakers translate(CircuitBreakers breakers) {
        return new Cluster.CircuitBreakers(
                thresholds(breakers, RoutingPriority.DEFAULT),
                thresholds(breakers, RoutingPriority.HIGH));
    }

    private static Thresholds thresholds(CircuitBreakers breakers, RoutingPriority priority) {
        var limits =
                breakers.getThresholdsList().stream()
                        .filter(candidate -> candidate.getPriority() == priority)
                        .findFirst()
                        .orElse(CircuitBreakers.Thresholds.getDefaultInstance());
        return new Thresholds(
                Translation.number(
                        limits.hasMaxConnections(), limits.getMaxConnections(), CONNECTIONS),
                Translation.number(
                        limits.hasMaxPendingRequests(),
                        limits.getMaxPendingRequests(),
                        CONNECTIONS),
                Translation.number(limits.hasMaxRequests(), limits.getMaxRequests(), CONNECTIONS),
                Translation.number(limits.hasMaxRetries(), limits.getMaxRetries(), RETRIES),
                limits.hasRetryBudget() ? budget(limits.getRetryBudget()) : null,
                limits.getTrackRemaining(),
                perHost(breakers, priority));
    }

    private static @Nullable Long perHost(CircuitBreakers breakers, RoutingPriority priority) {
        return breakers.getPerHostThresholdsList().stream()
                .filter(candidate -> candidate.getPriority() == priority)
                .filter(CircuitBreakers.Thresholds::hasMaxConnections)
                .map(limits -> Integer.toUnsignedLong(limits.getMaxConnections().getValue()))
                .findFirst()
                .orElse(null);
    }

    private static RetryBudget budget(CircuitBreakers.Thresholds.RetryBudget budget) {
        return new RetryBudget(
                budget.hasBudgetPercent() ? budget.getBudgetPercent().getValue() : BUDGET_PERCENT,
                Translation.number(
                        budget.hasMinRetryConcurrency(),
                        budget.getMinRetryConcurrency(),
                        BUDGET_CONCURRENCY));
    }
}
