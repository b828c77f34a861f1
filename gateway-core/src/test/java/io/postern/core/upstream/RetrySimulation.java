package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Cluster;
import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.OutlierDetection;
import io.postern.config.model.OutlierDetection.Consecutive;
import io.postern.config.model.OutlierDetection.Ejection;
import io.postern.config.model.OutlierDetection.FailurePercentage;
import io.postern.config.model.OutlierDetection.SuccessRate;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.upstream.outlier.OutlierDetector;
import io.postern.core.upstream.outlier.OutlierMonitor;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One random schedule of requests with retries, hosts that answer well, badly, late or never, that
 * are ejected and come back, that join and leave; then everything ends and the books must balance.
 */
final class RetrySimulation {
    private static final int STEPS = 60;

    private final Random random;
    private final boolean http2;
    private final OutlierDetection outliers;
    private final OutlierDetector detector;
    private final PoolRig rig;
    private final List<SimulatedRequest> requests = new ArrayList<>();
    private int ejections;
    private boolean changed;

    RetrySimulation(long seed) {
        random = new Random(seed);
        http2 = random.nextBoolean();
        outliers = outliers();
        detector = new OutlierDetector(outliers, random, new Ejections());
        TestClusters config =
                hosts().protocol(http2 ? Cluster.Protocol.HTTP2 : Cluster.Protocol.HTTP1)
                        .policy(policy())
                        .outliers(outliers)
                        .limits(
                                1 + random.nextInt(4),
                                1 + random.nextInt(6),
                                1 + random.nextInt(8),
                                random.nextInt(4))
                        .connectTimeout(Duration.ofMillis(300));
        rig = new PoolRig(config.build(), seed, () -> new OutlierMonitor(outliers, this::alarm));
        watch();
    }

    int ejections() {
        return ejections;
    }

    private OutlierDetection outliers() {
        return new OutlierDetection(
                Duration.ofSeconds(1),
                new Ejection(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        random.nextInt(101),
                        random.nextBoolean()),
                new Consecutive(1 + random.nextInt(3), 100),
                new Consecutive(1 + random.nextInt(3), 50),
                new Consecutive(2, 100),
                new SuccessRate(2, 2, 500, 100, 100),
                new FailurePercentage(50, 1, 2, 100, 100),
                random.nextBoolean(),
                true);
    }

    private Policy policy() {
        return switch (random.nextInt(4)) {
            case 0 -> new Policy.LeastRequest(2, 1, false);
            case 1 -> new Policy.AnyHost();
            case 2 -> new Policy.Maglev(31, new HashKeys(false, 0));
            default -> new Policy.RoundRobin();
        };
    }

    private TestClusters hosts() {
        TestClusters config = TestClusters.cluster();
        int hosts = 1 + random.nextInt(4);
        for (int i = 0; i < hosts; i++) {
            config.host("127.0.0." + (1 + random.nextInt(5)), 80);
        }
        return config;
    }

    private final class Ejections implements OutlierDetector.Listener {
        @Override
        public void onEjected(String host) {
            ejections++;
            flag(host, HealthFlags.FAILED_OUTLIER_CHECK, 0);
        }

        @Override
        public void onReturned(String host) {
            flag(host, 0, HealthFlags.FAILED_OUTLIER_CHECK);
        }

        private void flag(String host, int set, int clear) {
            for (HostSpec spec : rig.specs()) {
                if (spec.key().equals(host)) {
                    spec.state().change(set, clear);
                }
            }
            changed = true;
        }

        @Override
        public void count(String name) {}
    }

    // As over the control side's queue: never inside the worker's call.
    private void alarm(OutlierMonitor monitor, io.postern.core.upstream.outlier.Suspicion why) {
        rig.worker.execute(() -> {
            detector.onAlarm(monitor, why, rig.worker.monotonicNanos());
            refreshIfChanged();
        });
    }

    private void refreshIfChanged() {
        if (changed) {
            changed = false;
            rig.refresh();
        }
    }

    private void watch() {
        Map<String, OutlierMonitor> monitors = new HashMap<>();
        for (HostSpec spec : rig.specs()) {
            OutlierMonitor monitor = spec.state().monitor();
            if (monitor != null) {
                monitors.put(spec.key(), monitor);
            }
        }
        detector.hosts(monitors);
    }

    void run() {
        boolean removed = false;
        for (int i = 0; i < STEPS; i++) {
            removed |= step();
            rig.worker.runTasks();
        }
        end();
        if (!removed) {
            rig.cluster.remove();
        }
        booksBalance();
    }

    private boolean step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> requests.add(new SimulatedRequest(rig, random));
            case 4, 5 -> connect();
            case 6 -> refuse();
            case 7, 8, 9 -> answer(random.nextInt(3) == 0 ? 503 : 200);
            case 10 -> answer(500);
            case 11 -> anyConnection(FakeConnection::die);
            case 12 -> rig.worker.pass(random.nextLong(Duration.ofSeconds(1).toNanos()));
            case 13 -> {
                detector.onInterval(rig.worker.monotonicNanos());
                refreshIfChanged();
            }
            case 14 -> {
                if (!requests.isEmpty()) {
                    requests.get(random.nextInt(requests.size())).abandon();
                }
            }
            default -> {
                if (random.nextInt(3) == 0) {
                    rig.hosts(hosts().build());
                    watch();
                } else if (random.nextInt(30) == 0) {
                    rig.cluster.remove();
                    return true;
                }
            }
        }
        return false;
    }

    private void connect() {
        if (!rig.connector.attempts.isEmpty()) {
            rig.connector.succeed(
                    http2 ? Protocol.HTTP_2 : Protocol.HTTP_1_1, http2 ? 1 + random.nextInt(4) : 1);
        }
    }

    private void refuse() {
        if (!rig.connector.attempts.isEmpty()) {
            rig.connector.refuse();
        }
    }

    private void answer(int status) {
        anyConnection(connection -> answer(connection, status));
    }

    private void answer(FakeConnection connection, int status) {
        if (!connection.streams.isEmpty()) {
            FakeConnection.FakeStream stream = connection.streams.getFirst();
            stream.heard.onHeaders(HeaderMap.of(":status", Integer.toString(status)), true);
            // The answer may have ended it, if it was tried again.
            stream.end();
        }
    }

    private void anyConnection(java.util.function.Consumer<FakeConnection> action) {
        List<FakeConnection> all = rig.connector.connections;
        if (!all.isEmpty()) {
            action.accept(all.get(random.nextInt(all.size())));
        }
    }

    /** Peers answer, and time passes, until every request has ended. */
    private void end() {
        for (int round = 0; round < 100 && !isQuiet(); round++) {
            while (!rig.connector.attempts.isEmpty()) {
                connect();
            }
            for (FakeConnection connection : List.copyOf(rig.connector.connections)) {
                while (!connection.streams.isEmpty()) {
                    answer(connection, 200);
                }
            }
            rig.worker.pass(Duration.ofMillis(100).toNanos());
        }
    }

    private boolean isQuiet() {
        return rig.connector.attempts.isEmpty()
                && requests.stream().allMatch(SimulatedRequest::isEnded);
    }

    private void booksBalance() {
        assertThat(requests).allMatch(SimulatedRequest::isEnded);
        assertThat(rig.connector.connections).allMatch(connection -> connection.closed);
        for (String gauge : List.of("upstream_cx_active", "upstream_rq_pending_active")) {
            assertThat(rig.stat(gauge)).as(gauge).isZero();
        }
        assertThat(rig.stat("upstream_cx_destroy")).isEqualTo(rig.stat("upstream_cx_total"));
        for (HostSpec spec : rig.specs()) {
            assertThat(spec.tally().sum(HostTally.Count.RQ_ACTIVE)).isZero();
        }
        rig.everyPermitIsBack();
    }
}
