package io.postern.core.upstream.outlier;

import io.postern.config.model.OutlierDetection;
import io.postern.config.model.OutlierDetection.FailurePercentage;
import io.postern.config.model.OutlierDetection.SuccessRate;
import io.postern.core.upstream.outlier.OutlierMonitor.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Decides which hosts of a cluster are out. Confined to the control side (its caller's lock).
 *
 * <p>Source: Envoy's {@code DetectorImpl}.
 */
public final class OutlierDetector {
    private static final int PERCENT = 100;

    private final OutlierDetection config;
    private final RandomGenerator random;
    private final Listener listener;
    private Map<String, OutlierMonitor> hosts = Map.of();

    /** Who carries the decisions out, and counts. */
    public interface Listener {
        /** The host gets no requests. */
        void onEjected(String host);

        /** It gets them again. */
        void onReturned(String host);

        /** {@code outlier_detection.NAME} counts one more. */
        void count(String name);
    }

    /** A detector over no hosts yet. */
    public OutlierDetector(OutlierDetection config, RandomGenerator random, Listener listener) {
        this.config = config;
        this.random = random;
        this.listener = listener;
    }

    /** The hosts there are now. */
    public void hosts(Map<String, OutlierMonitor> now) {
        hosts = new HashMap<>(now);
    }

    /** How many are out. */
    public int ejections() {
        int out = 0;
        for (OutlierMonitor monitor : hosts.values()) {
            out += monitor.isEjected() ? 1 : 0;
        }
        return out;
    }

    /** A host has failed too often in a row. */
    public void onAlarm(OutlierMonitor monitor, Suspicion why, long nowNanos) {
        String host = nameOf(monitor);
        if (host.isEmpty() || monitor.isEjected()) {
            return;
        }
        listener.count("ejections_detected_" + why.text());
        eject(host, monitor, why, nowNanos);
        monitor.forgive(why);
    }

    /** An active health check says that the host is well. */
    public void onCheckPassed(String host) {
        OutlierMonitor monitor = hosts.get(host);
        if (monitor != null && monitor.isEjected() && config.successfulCheckUnejects()) {
            monitor.back();
            listener.onReturned(host);
        }
    }

    /** The end of an interval: who may come back, who has failed too much in it. */
    public void onInterval(long nowNanos) {
        hosts.forEach((host, monitor) -> {
            if (!monitor.isEjected()) {
                monitor.servedAnInterval();
            } else if (monitor.mayReturn(nowNanos)) {
                monitor.back();
                listener.onReturned(host);
            }
        });
        rates(false, nowNanos);
        if (config.splitLocalOrigin()) {
            rates(true, nowNanos);
        }
    }

    private record Rated(String host, OutlierMonitor monitor, double percent) {}

    private void rates(boolean local, long nowNanos) {
        SuccessRate success = config.successRate();
        FailurePercentage failure = config.failurePercentage();
        List<Rated> forSuccess = new ArrayList<>();
        List<Rated> forFailure = new ArrayList<>();
        hosts.forEach((host, monitor) -> {
            Volume volume = local ? monitor.takeLocal() : monitor.takeExternal();
            if (monitor.isEjected() || volume.total() == 0) {
                return;
            }
            Rated rated = new Rated(host, monitor, volume.percent());
            if (volume.total() >= success.requestVolume()) {
                forSuccess.add(rated);
                monitor.successRate(local, rated.percent());
            }
            if (volume.total() >= failure.requestVolume()) {
                forFailure.add(rated);
            }
        });
        if (!forSuccess.isEmpty() && forSuccess.size() >= success.minimumHosts()) {
            double least = threshold(forSuccess, success.stdevFactor());
            Suspicion why = local ? Suspicion.LOCAL_ORIGIN_SUCCESS_RATE : Suspicion.SUCCESS_RATE;
            forSuccess.stream()
                    .filter(rated -> rated.percent() < least)
                    .forEach(rated -> suspect(rated, why, nowNanos));
        }
        if (!forFailure.isEmpty() && forFailure.size() >= failure.minimumHosts()) {
            Suspicion why =
                    local
                            ? Suspicion.LOCAL_ORIGIN_FAILURE_PERCENTAGE
                            : Suspicion.FAILURE_PERCENTAGE;
            forFailure.stream()
                    .filter(rated -> PERCENT - rated.percent() >= failure.threshold())
                    .forEach(rated -> suspect(rated, why, nowNanos));
        }
    }

    /** Mean less a few standard deviations. */
    private static double threshold(List<Rated> rated, int factorInThousandths) {
        double sum = 0;
        for (Rated host : rated) {
            sum += host.percent();
        }
        double mean = sum / rated.size();
        double squares = 0;
        for (Rated host : rated) {
            squares += (host.percent() - mean) * (host.percent() - mean);
        }
        return mean - factorInThousandths / 1000.0 * Math.sqrt(squares / rated.size());
    }

    private void suspect(Rated rated, Suspicion why, long nowNanos) {
        listener.count("ejections_detected_" + why.text());
        if (!rated.monitor().isEjected()) {
            eject(rated.host(), rated.monitor(), why, nowNanos);
        }
    }

    private void eject(String host, OutlierMonitor monitor, Suspicion why, long nowNanos) {
        int out = ejections();
        boolean allowed =
                (double) PERCENT * out / hosts.size()
                                < Math.min(PERCENT, config.ejection().maxPercent())
                        || (config.ejection().alwaysOne() && out == 0);
        if (!allowed) {
            listener.count("ejections_overflow");
            return;
        }
        if (random.nextInt(PERCENT) >= enforcing(why)) {
            return;
        }
        listener.count("ejections_enforced_total");
        listener.count("ejections_enforced_" + why.text());
        long jitter = config.ejection().jitter().toNanos();
        monitor.eject(nowNanos, jitter > 0 ? random.nextLong(jitter) : 0);
        listener.onEjected(host);
    }

    private int enforcing(Suspicion why) {
        return switch (why) {
            case CONSECUTIVE_5XX -> config.serverErrors().enforcing();
            case CONSECUTIVE_GATEWAY_FAILURE -> config.gatewayErrors().enforcing();
            case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> config.localOrigin().enforcing();
            case SUCCESS_RATE -> config.successRate().enforcing();
            case LOCAL_ORIGIN_SUCCESS_RATE -> config.successRate().enforcingLocalOrigin();
            case FAILURE_PERCENTAGE -> config.failurePercentage().enforcing();
            case LOCAL_ORIGIN_FAILURE_PERCENTAGE ->
                    config.failurePercentage().enforcingLocalOrigin();
        };
    }

    private String nameOf(OutlierMonitor monitor) {
        for (var entry : hosts.entrySet()) {
            if (entry.getValue().equals(monitor)) {
                return entry.getKey();
            }
        }
        return "";
    }
}
