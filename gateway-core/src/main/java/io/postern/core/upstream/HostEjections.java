package io.postern.core.upstream;

import io.postern.config.model.OutlierDetection;
import io.postern.core.upstream.outlier.OutlierDetector;
import io.postern.core.upstream.outlier.OutlierMonitor;
import io.postern.core.upstream.outlier.Suspicion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Outlier detection of one cluster on the control side: its interval, the workers' alarms, what is
 * shown. Guarded by the directory, but for {@link #raise}.
 */
final class HostEjections implements OutlierDetector.Listener, OutlierMonitor.Alarm {
    private final OutlierDetection config;
    private final LiveCluster cluster;
    private final LiveCluster.Control control;
    private final OutlierDetector detector;
    private final ControlStats stats;
    private @Nullable ScheduledFuture<?> interval;
    private boolean changed;

    HostEjections(OutlierDetection config, LiveCluster cluster, LiveCluster.Control control) {
        this.config = config;
        this.cluster = cluster;
        this.control = control;
        this.detector = new OutlierDetector(config, new SplittableRandom(), this);
        this.stats = control.stats();
    }

    OutlierMonitor newMonitor() {
        return new OutlierMonitor(config, this);
    }

    void start() {
        long nanos = Math.max(1, config.interval().toNanos());
        Runnable onTimer = () -> control.guarded().execute(this::onInterval);
        interval =
                control.timer().scheduleWithFixedDelay(onTimer, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void onInterval() {
        run(() -> detector.onInterval(System.nanoTime()));
    }

    void stop() {
        ScheduledFuture<?> running = interval;
        if (running != null) {
            running.cancel(false);
        }
        stats.set(name("ejections_active"), 0);
    }

    void hosts(List<HostSpec> hosts) {
        Map<String, OutlierMonitor> monitors = new HashMap<>();
        for (HostSpec host : hosts) {
            OutlierMonitor monitor = host.state().monitor();
            if (monitor != null) {
                monitors.put(host.key(), monitor);
            }
        }
        detector.hosts(monitors);
    }

    void onCheckPassed(String host) {
        detector.onCheckPassed(host);
    }

    /** Called on a worker. */
    @Override
    public void raise(OutlierMonitor monitor, Suspicion why) {
        control.guarded()
                .execute(() -> run(() -> detector.onAlarm(monitor, why, System.nanoTime())));
    }

    private void run(Runnable decision) {
        changed = false;
        decision.run();
        if (changed) {
            stats.set(name("ejections_active"), detector.ejections());
            cluster.onEjections();
        }
    }

    @Override
    public void onEjected(String host) {
        changed = true;
        cluster.onEjection(host, true);
    }

    @Override
    public void onReturned(String host) {
        changed = true;
        cluster.onEjection(host, false);
    }

    @Override
    public void count(String what) {
        stats.add(name(what), 1);
    }

    private String name(String what) {
        return "cluster." + cluster.shared().statName() + ".outlier_detection." + what;
    }
}
