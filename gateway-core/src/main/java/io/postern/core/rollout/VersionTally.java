package io.postern.core.rollout;

import io.postern.core.observe.Bins;
import io.postern.sdk.Metrics;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/**
 * What one version did. Each worker writes numbers of its own; whoever reads adds them up, a moment
 * old. Thread-safe.
 */
final class VersionTally {
    private static final int CLASSES = 6;
    private static final int EXCHANGES = 0;
    private static final int FAILURES = 1;
    private static final int ANSWERED = 2;
    private static final int STATUSES = 3;

    private final String version;
    private final OnWorker[] workers;

    VersionTally(String version, int workers) {
        this.version = version;
        this.workers = new OnWorker[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new OnWorker();
        }
    }

    OnWorker onWorker(int index) {
        return workers[index];
    }

    long exchanges() {
        return sum(EXCHANGES);
    }

    long failures() {
        return sum(FAILURES);
    }

    private long sum(int cell) {
        long sum = 0;
        for (OnWorker worker : workers) {
            sum += worker.cells.getOpaque(cell);
        }
        return sum;
    }

    VersionReading read() {
        // Before the ends, of which it is a part: workers go on counting meanwhile.
        long answered = sum(ANSWERED);
        var statuses = new long[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            statuses[i] = sum(STATUSES + i);
        }
        answered = Math.min(answered, LongStream.of(statuses).sum());
        var nanos = new TreeMap<Long, Long>();
        var fuel = new TreeMap<Long, Long>();
        for (OnWorker worker : workers) {
            worker.nanos.addTo(nanos);
            worker.fuel.addTo(fuel);
        }
        return new VersionReading(
                version, exchanges(), failures(), answered, statuses, nanos, fuel);
    }

    /** The numbers of one worker. Written on its loop only. */
    static final class OnWorker {
        private final AtomicLongArray cells = new AtomicLongArray(STATUSES + CLASSES);
        private final Bins nanos = new Bins();
        private final Bins fuel = new Bins();

        private void add(int cell, long amount) {
            cells.setOpaque(cell, cells.getPlain(cell) + amount);
        }

        void began() {
            add(EXCHANGES, 1);
        }

        void failed(long times) {
            add(FAILURES, times);
        }

        void answered() {
            add(ANSWERED, 1);
        }

        /** {@code status} 0: without one. */
        void ended(int status, long nanosSpent, long fuelSpent) {
            add(STATUSES + Math.clamp(status / 100, 0, CLASSES - 1), 1);
            nanos.record(nanosSpent);
            if (fuelSpent != 0) {
                fuel.record(fuelSpent);
            }
        }
    }

    /** The same numbers among the gateway's statistics. Confined to a worker's loop. */
    static final class Shown {
        private final Metrics.Counter exchanges;
        private final Metrics.Counter failures;
        private final Metrics.Counter answered;
        private final Metrics.Counter[] statuses = new Metrics.Counter[CLASSES];
        private final Metrics.Histogram nanos;

        /** {@code start} is what the names begin with. */
        Shown(Metrics metrics, String start) {
            exchanges = metrics.counter(start + "exchanges");
            failures = metrics.counter(start + "failures");
            answered = metrics.counter(start + "answered");
            for (int i = 0; i < CLASSES; i++) {
                statuses[i] =
                        metrics.counter(start + (i == 0 ? "status_none" : "status_" + i + "xx"));
            }
            nanos = metrics.histogram(start + "filter_ns");
        }

        void began() {
            exchanges.add(1);
        }

        void failed(long times) {
            failures.add(times);
        }

        void ended(int status, long nanosSpent, boolean itself) {
            statuses[Math.clamp(status / 100, 0, CLASSES - 1)].add(1);
            nanos.record(nanosSpent);
            if (itself) {
                answered.add(1);
            }
        }
    }
}
