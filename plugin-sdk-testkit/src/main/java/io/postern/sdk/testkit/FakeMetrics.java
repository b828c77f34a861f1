package io.postern.sdk.testkit;

import io.postern.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics that can be read by name. */
public final class FakeMetrics implements Metrics {
    /** Counters and gauges by name. */
    public final Map<String, AtomicLong> values = new TreeMap<>();

    /** Samples of histograms by name. */
    public final Map<String, List<Long>> samples = new TreeMap<>();

    @Override
    public Counter counter(String name) {
        AtomicLong value = values.computeIfAbsent(name, key -> new AtomicLong());
        return new Counter() {
            @Override
            public void add(long amount) {
                value.addAndGet(amount);
            }

            @Override
            public long value() {
                return value.get();
            }
        };
    }

    @Override
    public Gauge gauge(String name) {
        AtomicLong value = values.computeIfAbsent(name, key -> new AtomicLong());
        return new Gauge() {
            @Override
            public void add(long amount) {
                value.addAndGet(amount);
            }

            @Override
            public void set(long amount) {
                value.set(amount);
            }

            @Override
            public long value() {
                return value.get();
            }
        };
    }

    @Override
    public Histogram histogram(String name) {
        List<Long> recorded = samples.computeIfAbsent(name, key -> new ArrayList<>());
        return recorded::add;
    }
}
