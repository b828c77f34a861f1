package io.postern.core.upstream;

import io.postern.sdk.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics in a map. */
final class TestMetrics implements Metrics {
    private final Map<String, AtomicLong> values = new ConcurrentHashMap<>();

    /** What a counter or gauge says; 0 when nobody used it. */
    long value(String name) {
        AtomicLong value = values.get(name);
        return value == null ? 0 : value.get();
    }

    @Override
    public Counter counter(String name) {
        AtomicLong cell = cell(name);
        return new Counter() {
            @Override
            public void add(long amount) {
                cell.addAndGet(amount);
            }

            @Override
            public long value() {
                return cell.get();
            }
        };
    }

    @Override
    public Gauge gauge(String name) {
        AtomicLong cell = cell(name);
        return new Gauge() {
            @Override
            public void add(long amount) {
                cell.addAndGet(amount);
            }

            @Override
            public void set(long value) {
                cell.set(value);
            }

            @Override
            public long value() {
                return cell.get();
            }
        };
    }

    @Override
    public Histogram histogram(String name) {
        return cell(name)::set;
    }

    private AtomicLong cell(String name) {
        return values.computeIfAbsent(name, _ -> new AtomicLong());
    }
}
