package io.postern.filters.wasm.abi;

import io.postern.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that one instance has defined, by the numbers the guest knows them by. Until {@link
 * #bind} hands it the worker's metrics (plugins define theirs while they start, off the loop)
 * changes are kept and then applied. Confined to the thread that runs the guest.
 */
public final class MetricTable {
    private static final String PREFIX = "wasmcustom."; // Envoy's
    private static final int MAX_METRICS = 10_000;
    private static final int TYPE_BITS = 2;
    private static final int TYPE_MASK = 3;
    private static final int COUNTER = 0;
    private static final int GAUGE = 1;
    private static final int HISTOGRAM = 2;

    private final List<List<Metric>> byType =
            List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    private @Nullable Metrics metrics;

    private static final class Metric {
        final String name;
        long early; // what was added or set before the metric was bound
        Metrics.@Nullable Counter counter;
        Metrics.@Nullable Gauge gauge;
        Metrics.@Nullable Histogram histogram;

        Metric(String name) {
            this.name = name;
        }
    }

    /** From now on on the worker's loop. */
    public void bind(Metrics worker) {
        metrics = worker;
        for (int type = COUNTER; type <= HISTOGRAM; type++) {
            for (Metric metric : byType.get(type)) {
                bind(type, metric, worker);
            }
        }
    }

    private static void bind(int type, Metric metric, Metrics worker) {
        switch (type) {
            case COUNTER -> {
                metric.counter = worker.counter(metric.name);
                metric.counter.add(metric.early);
            }
            case GAUGE -> {
                metric.gauge = worker.gauge(metric.name);
                if (metric.early != 0) {
                    metric.gauge.add(metric.early);
                }
            }
            default -> metric.histogram = worker.histogram(metric.name);
        }
    }

    /** The number of a new metric, or -1 when there are too many. */
    int define(int type, String name) {
        List<Metric> ofType = byType.get(type);
        for (int i = 0; i < ofType.size(); i++) {
            if (ofType.get(i).name.regionMatches(PREFIX.length(), name, 0, name.length())
                    && ofType.get(i).name.length() == PREFIX.length() + name.length()) {
                return ((i + 1) << TYPE_BITS) | type;
            }
        }
        if (ofType.size() == MAX_METRICS) {
            return -1;
        }
        var metric = new Metric(PREFIX + name);
        if (metrics != null) {
            bind(type, metric, metrics);
        }
        ofType.add(metric);
        return (ofType.size() << TYPE_BITS) | type;
    }

    int increment(int id, long offset) {
        if (type(id) > GAUGE) {
            return Status.BAD_ARGUMENT;
        }
        Metric metric = find(id);
        if (metric == null) {
            return Status.NOT_FOUND;
        }
        if (type(id) == COUNTER && offset <= 0) {
            return Status.BAD_ARGUMENT;
        }
        add(metric, offset);
        return Status.OK;
    }

    private static void add(Metric metric, long offset) {
        if (metric.counter != null) {
            metric.counter.add(offset);
        } else if (metric.gauge != null) {
            metric.gauge.add(offset);
        } else {
            metric.early += offset;
        }
    }

    int record(int id, long value) {
        Metric metric = find(id);
        if (metric == null) {
            return Status.NOT_FOUND;
        }
        if (metric.histogram != null) {
            metric.histogram.record(value);
        } else if (metric.gauge != null) {
            metric.gauge.set(value);
        } else if (type(id) == GAUGE) {
            metric.early = value;
        } else if (type(id) == COUNTER) {
            add(metric, Math.max(0, value)); // as in Envoy: recording on a counter adds
        }
        return Status.OK;
    }

    int get(GuestHost host, int id, int at) {
        if (type(id) > GAUGE) {
            return Status.BAD_ARGUMENT;
        }
        Metric metric = find(id);
        if (metric == null) {
            return Status.NOT_FOUND;
        }
        long value =
                metric.counter != null
                        ? metric.counter.value()
                        : metric.gauge != null ? metric.gauge.value() : metric.early;
        return Results.giveLong(host, value, at);
    }

    private @Nullable Metric find(int id) {
        if (type(id) > HISTOGRAM) {
            return null;
        }
        List<Metric> ofType = byType.get(type(id));
        int index = (id >>> TYPE_BITS) - 1; // as in Envoy the first one is number 1
        return index >= 0 && index < ofType.size() ? ofType.get(index) : null;
    }

    private static int type(int id) {
        return id & TYPE_MASK;
    }
}
