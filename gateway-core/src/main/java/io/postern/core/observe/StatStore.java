package io.postern.core.observe;

import io.postern.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All named metrics of a process. Each worker writes its own cells, without locks; whoever reads
 * adds them up. Names are looked up under a lock, when something is loaded.
 *
 * <p>Thread-safe. The number of names is bounded, since some are made of what peers send: over the
 * bound a metric works but is not shown, and {@value #DROPPED} counts it.
 */
public final class StatStore {
    static final String DROPPED = "server.stats_dropped_names";
    private static final int MOST_NAMES = 200_000;

    private static final int MOST_CHARACTERS = 1000;

    private final Map<String, Metric> byName = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>(); // of our own names only
    private final Cells cells;
    private final int workers;
    private final int mostNames;
    private long dropped;

    /** A store for this number of workers. */
    public StatStore(int workers) {
        this(workers, MOST_NAMES);
    }

    StatStore(int workers, int mostNames) {
        this.workers = workers;
        this.mostNames = mostNames;
        this.cells = new Cells(workers + 1);
    }

    /** The metrics of one worker: used on its loop only, looked up anywhere. */
    public Metrics forWorker(int index) {
        return new View(index, false);
    }

    /** The metrics for everything else: may be used by any thread. */
    public Metrics shared() {
        return new View(workers, true);
    }

    /** All metrics in the order of their names, texts first, a moment old. */
    public List<Stat> read() {
        var stats = new ArrayList<Stat>();
        synchronized (byName) {
            texts.forEach((name, value) -> stats.add(new Stat.Text(name, value)));
            for (var entry : byName.entrySet()) {
                stats.add(entry.getValue().read(entry.getKey()));
            }
            if (dropped > 0) {
                stats.add(new Stat.Counter(DROPPED, dropped));
            }
        }
        return stats;
    }

    /** Counters count from zero again. */
    public void resetCounters() {
        synchronized (byName) {
            byName.values().forEach(Metric::reset);
            dropped = 0;
        }
    }

    private Metric metric(String name, MetricKind kind) {
        synchronized (byName) {
            Metric known = byName.get(name);
            if (known != null && known.kind() == kind) {
                return known;
            }
            if (known != null || byName.size() >= mostNames) {
                dropped++;
                return kind.make(new Cells(workers + 1), workers + 1);
            }
            Metric made = kind.make(cells, workers + 1);
            byName.put(name, made);
            return made;
        }
    }

    /** One writer's handles. */
    private final class View implements Metrics {
        private final int writer;
        private final boolean shared;

        View(int writer, boolean shared) {
            this.writer = writer;
            this.shared = shared;
        }

        @Override
        public Counter counter(String name) {
            return ((Metric.Scalar) metric(name, MetricKind.COUNTER)).counter(writer, shared);
        }

        @Override
        public Gauge gauge(String name) {
            return ((Metric.Scalar) metric(name, MetricKind.GAUGE)).gauge(writer, shared);
        }

        @Override
        public void text(String name, String value) {
            String shown = value.substring(0, Math.min(value.length(), MOST_CHARACTERS));
            synchronized (byName) {
                texts.put(name, shown);
            }
        }

        @Override
        public Histogram histogram(String name) {
            var metric = (Metric.Distribution) metric(name, MetricKind.HISTOGRAM);
            return metric.histogram(writer, shared);
        }
    }
}
