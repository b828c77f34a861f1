package io.postern.filters.opa;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A worker whose loop is the test's thread: {@link #runTasks} runs what was handed to it. */
final class TestWorker implements Worker, Metrics {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Map<String, List<Long>> histograms = new HashMap<>();

    /** Runs tasks until there are none. */
    synchronized void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    long counted(String name) {
        return counters.getOrDefault(name, 0L);
    }

    List<Long> recorded(String name) {
        return histograms.getOrDefault(name, List.of());
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        execute(task);
        return () -> {};
    }

    @Override
    public long epochNanos() {
        return 0;
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Metrics metrics() {
        return this;
    }

    @Override
    public boolean hasCluster(String name) {
        return false;
    }

    @Override
    public @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        return null;
    }

    @Override
    public Counter counter(String name) {
        return new Counter() {
            @Override
            public void add(long amount) {
                counters.merge(name, amount, Long::sum);
            }

            @Override
            public long value() {
                return counted(name);
            }
        };
    }

    @Override
    public Gauge gauge(String name) {
        throw new UnsupportedOperationException("no gauges here");
    }

    @Override
    public Histogram histogram(String name) {
        return value -> histograms.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }
}
