package io.postern.config.model;

import java.time.Duration;

/**
 * When a host is taken out for what its answers are.
 *
 * <p>Source: {@code envoy.config.cluster.v3.OutlierDetection}; Envoy's defaults are filled in.
 *
 * @param splitLocalOrigin connection failures and time-outs are counted on their own
 */
public record OutlierDetection(
        Duration interval,
        Ejection ejection,
        Consecutive serverErrors,
        Consecutive gatewayErrors,
        Consecutive localOrigin,
        SuccessRate successRate,
        FailurePercentage failurePercentage,
        boolean splitLocalOrigin,
        boolean successfulCheckUnejects) {
    /**
     * How long a host is out and how many may be.
     *
     * @param base times how often it was ejected
     * @param maxPercent of the hosts of the cluster
     * @param alwaysOne whatever maxPercent says, one may be out
     */
    public record Ejection(
            Duration base, Duration max, Duration jitter, int maxPercent, boolean alwaysOne) {}

    /**
     * Failures in a row.
     *
     * @param enforcing percent of the cases in which the host is really ejected
     */
    public record Consecutive(int failures, int enforcing) {}

    /**
     * Hosts whose rate of success is far below the others'.
     *
     * @param stdevFactor in thousandths
     */
    public record SuccessRate(
            int minimumHosts,
            int requestVolume,
            int stdevFactor,
            int enforcing,
            int enforcingLocalOrigin) {}

    /** Hosts that fail a share of requests. */
    public record FailurePercentage(
            int threshold,
            int minimumHosts,
            int requestVolume,
            int enforcing,
            int enforcingLocalOrigin) {}
}
