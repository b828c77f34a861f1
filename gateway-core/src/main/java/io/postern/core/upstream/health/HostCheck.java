package io.postern.core.upstream.health;

import io.postern.config.model.HealthCheck;
import io.postern.config.model.HealthCheck.Intervals;
import io.postern.sdk.Worker.Cancellable;
import java.time.Duration;

/**
 * The checks of one host: a probe, a wait, a probe … and what they come to.
 *
 * <pre>
 *  unknown --first result--> healthy or unhealthy
 *  healthy --unhealthy_threshold failures in a row, or one that is final--> unhealthy
 *  unhealthy --healthy_threshold successes in a row--> healthy
 * </pre>
 *
 * <p>Source: Envoy's {@code HealthCheckerImplBase::ActiveHealthCheckSession}. Confined to the event
 * loop.
 */
final class HostCheck {
    private static final Cancellable NOTHING = () -> {};

    private final HealthChecker checker;
    private final ProbeTarget target;
    private final Probe probe;
    private Health health = Health.UNKNOWN;
    private Cancellable wait = NOTHING;
    private Cancellable timeout = NOTHING;
    private boolean first = true;
    private boolean stopped;
    private int successes;
    private int failures;

    HostCheck(HealthChecker checker, ProbeTarget target, Probe probe) {
        this.checker = checker;
        this.target = target;
        this.probe = probe;
    }

    ProbeTarget target() {
        return target;
    }

    void start() {
        long jitter = checker.config().intervals().initialJitter().toNanos();
        if (jitter > 0) {
            wait = checker.worker().schedule(checker.random(jitter), this::ask);
        } else {
            ask();
        }
    }

    void stop() {
        stopped = true;
        wait.cancel();
        timeout.cancel();
        probe.stop();
        if (!first) {
            checker.stats().count(health, Health.UNKNOWN);
        }
    }

    private void ask() {
        if (stopped) {
            return;
        }
        checker.stats().attempt();
        timeout = checker.worker().schedule(checker.config().timeout().toNanos(), this::onTimeout);
        probe.start(this::onResult);
    }

    private void onTimeout() {
        probe.stop();
        onResult(Outcome.TIMEOUT);
    }

    private void onResult(Outcome outcome) {
        if (stopped) {
            return;
        }
        timeout.cancel();
        timeout = NOTHING;
        boolean wasFirst = first;
        boolean wasHealthy = health.healthy();
        Health before = health;
        boolean pending = outcome.isSuccess() ? onSuccess(outcome) : onFailure(outcome);
        first = false;
        checker.stats().result(outcome);
        checker.stats().count(before, health);
        if (wasFirst || !health.equals(before)) {
            checker.tell(target, health, wasFirst);
        }
        checker.log(target, outcome, wasFirst, wasHealthy, health);
        wait = checker.worker().schedule(pause(outcome.isSuccess(), pending).toNanos(), this::ask);
    }

    /** True: not enough of them yet. */
    private boolean onSuccess(Outcome outcome) {
        failures = 0;
        boolean degraded = outcome == Outcome.DEGRADED;
        if (!health.healthy() && !first && ++successes < checker.config().healthyThreshold()) {
            return true;
        }
        successes = 0;
        health = new Health(true, degraded, false, false);
        return false;
    }

    /** True: not enough of them yet. */
    private boolean onFailure(Outcome outcome) {
        successes = 0;
        boolean timedOut = outcome == Outcome.TIMEOUT;
        if (health.healthy()
                && !outcome.isFinal()
                && ++failures < checker.config().unhealthyThreshold()) {
            return true;
        }
        failures = 0;
        health = new Health(false, false, outcome == Outcome.EXCLUDED, timedOut);
        return false;
    }

    private Duration pause(boolean success, boolean pending) {
        Intervals intervals = checker.config().intervals();
        Duration base;
        if (checker.hasTraffic()) {
            if (success) {
                base = pending ? intervals.healthyEdge() : intervals.usual();
            } else {
                base = pending ? intervals.unhealthyEdge() : intervals.unhealthy();
            }
        } else {
            base = success && !pending ? intervals.noTrafficHealthy() : intervals.noTraffic();
        }
        long percent = base.toNanos() / 100 * intervals.jitterPercent();
        long nanos = base.toNanos();
        nanos += percent > 0 ? checker.random(percent) : 0;
        long jitter = intervals.jitter().toNanos();
        nanos += jitter > 0 ? checker.random(jitter) : 0;
        return Duration.ofNanos(nanos);
    }

    HealthCheck config() {
        return checker.config();
    }
}
