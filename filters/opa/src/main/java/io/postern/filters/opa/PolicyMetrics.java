package io.postern.filters.opa;

import io.postern.sdk.Metrics;

/**
 * {@code opa.NAME.{allowed,denied,error,eval_ns}} as seen by one worker.
 *
 * @param allowed requests that the policy let through
 * @param denied requests that the policy refused
 * @param error requests refused because there was no decision
 * @param evaluationNanos time inside the policy, nanoseconds
 */
record PolicyMetrics(
        Metrics.Counter allowed,
        Metrics.Counter denied,
        Metrics.Counter error,
        Metrics.Histogram evaluationNanos) {

    static PolicyMetrics of(String policyName, Metrics metrics) {
        String prefix = "opa." + policyName + '.';
        return new PolicyMetrics(
                metrics.counter(prefix + "allowed"),
                metrics.counter(prefix + "denied"),
                metrics.counter(prefix + "error"),
                metrics.histogram(prefix + "eval_ns"));
    }
}
