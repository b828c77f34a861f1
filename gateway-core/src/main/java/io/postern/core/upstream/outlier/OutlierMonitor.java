package io.postern.core.upstream.outlier;

import io.postern.config.model.OutlierDetection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one host answered lately. Thread-safe: every worker reports, the control side reads.
 *
 * <p>Source: Envoy's {@code DetectorHostMonitorImpl}.
 */
public final class OutlierMonitor {
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    private final OutlierDetection config;
    private final Alarm alarm;
    private final AtomicInteger serverErrors = new AtomicInteger();
    private final AtomicInteger gatewayErrors = new AtomicInteger();
    private final AtomicInteger localErrors = new AtomicInteger();
    private final Rate external = new Rate();
    private final Rate local = new Rate();

    // What follows is the detector's, on the control side.
    private boolean ejected;
    private long ejectedAtNanos;
    private long jitterNanos;
    private int timesEjected;
    private volatile double successRate = -1;
    private volatile double localSuccessRate = -1;

    /** Who hears that a host has failed too often in a row; on any worker. */
    @FunctionalInterface
    public interface Alarm {
        /** So it has. */
        void raise(OutlierMonitor monitor, Suspicion why);
    }

    /** A monitor of one host. */
    public OutlierMonitor(OutlierDetection config, Alarm alarm) {
        this.config = config;
        this.alarm = alarm;
    }

    /** Requests and how many of them were answered well, of one interval. */
    private static final class Rate {
        private final LongAdder total = new LongAdder();
        private final LongAdder good = new LongAdder();

        void count(boolean success) {
            total.increment();
            if (success) {
                good.increment();
            }
        }

        Volume take() {
            return new Volume(total.sumThenReset(), good.sumThenReset());
        }
    }

    /** What an interval came to. */
    record Volume(long total, long good) {
        double percent() {
            return total == 0 ? -1 : 100.0 * Math.min(good, total) / total;
        }
    }

    /** The host answered. */
    public void onStatus(int status) {
        if (status < 500) {
            external.count(true);
            calm(serverErrors);
            calm(gatewayErrors);
            return;
        }
        external.count(false);
        if (status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT) {
            alarmAt(gatewayErrors, config.gatewayErrors(), Suspicion.CONSECUTIVE_GATEWAY_FAILURE);
        } else {
            calm(gatewayErrors);
        }
        alarmAt(serverErrors, config.serverErrors(), Suspicion.CONSECUTIVE_5XX);
    }

    /** There is a stream to the host. */
    public void onConnected() {
        if (config.splitLocalOrigin()) {
            local.count(true);
            calm(localErrors);
        }
    }

    /** No connection, or none any more before an answer; {@code timedOut}: no answer in time. */
    public void onNoAnswer(boolean timedOut) {
        if (config.splitLocalOrigin()) {
            local.count(false);
            alarmAt(localErrors, config.localOrigin(), Suspicion.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
        } else {
            onStatus(timedOut ? GATEWAY_TIMEOUT : UNAVAILABLE);
        }
    }

    // A write only where it changes something: the line stays shared between the workers' caches.
    private static void calm(AtomicInteger count) {
        if (count.getOpaque() != 0) {
            count.setOpaque(0);
        }
    }

    private void alarmAt(AtomicInteger count, OutlierDetection.Consecutive limit, Suspicion why) {
        if (count.incrementAndGet() == limit.failures()) {
            alarm.raise(this, why);
        }
    }

    /** Percent of good answers in the last interval; -1: too few. */
    public double successRate() {
        return successRate;
    }

    /** The same of connections and time-outs, where they are counted on their own. */
    public double localSuccessRate() {
        return localSuccessRate;
    }

    void forgive(Suspicion why) {
        switch (why) {
            case CONSECUTIVE_5XX -> serverErrors.set(0);
            case CONSECUTIVE_GATEWAY_FAILURE -> gatewayErrors.set(0);
            case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> localErrors.set(0);
            case SUCCESS_RATE,
                    LOCAL_ORIGIN_SUCCESS_RATE,
                    FAILURE_PERCENTAGE,
                    LOCAL_ORIGIN_FAILURE_PERCENTAGE -> {}
        }
    }

    Volume takeExternal() {
        Volume volume = external.take();
        successRate = -1;
        return volume;
    }

    Volume takeLocal() {
        Volume volume = local.take();
        localSuccessRate = -1;
        return volume;
    }

    void successRate(boolean ofLocal, double percent) {
        if (ofLocal) {
            localSuccessRate = percent;
        } else {
            successRate = percent;
        }
    }

    boolean isEjected() {
        return ejected;
    }

    void eject(long nowNanos, long jitter) {
        ejected = true;
        ejectedAtNanos = nowNanos;
        jitterNanos = jitter;
        long base = config.ejection().base().toNanos();
        if (timesEjected * base < config.ejection().max().toNanos() + base) {
            timesEjected++;
        }
    }

    /** Whether it has been out for long enough. */
    boolean mayReturn(long nowNanos) {
        long out =
                Math.min(
                        config.ejection().base().toNanos() * timesEjected,
                        config.ejection().max().toNanos());
        return nowNanos - ejectedAtNanos >= out + jitterNanos;
    }

    void back() {
        ejected = false;
        serverErrors.set(0);
        gatewayErrors.set(0);
        localErrors.set(0);
    }

    /** An interval in which it served. */
    void servedAnInterval() {
        timesEjected = Math.max(0, timesEjected - 1);
    }
}
