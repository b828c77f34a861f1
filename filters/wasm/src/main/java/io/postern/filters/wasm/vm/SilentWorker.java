package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.Buffers;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;
import java.util.ArrayDeque;

/**
 * A worker without a loop: what is executed waits for {@link #runTasks}, timers never come, every
 * cluster answers every call with an empty 200, and nothing is counted. Confined to one thread, but
 * for {@link #execute}.
 */
final class SilentWorker implements Worker {
    private static final int MOST_TASKS = 1000;

    private final Environment.Clock clock;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    SilentWorker(Environment.Clock clock) {
        this.clock = clock;
    }

    void runTasks() {
        for (int i = 0; i < MOST_TASKS; i++) {
            Runnable task;
            synchronized (tasks) {
                task = tasks.poll();
            }
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            if (tasks.size() < MOST_TASKS) {
                tasks.add(task);
            }
        }
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        return () -> {};
    }

    @Override
    public long epochNanos() {
        return clock.epochNanos();
    }

    @Override
    public long monotonicNanos() {
        return clock.monotonicNanos();
    }

    @Override
    public Metrics metrics() {
        return new Uncounted();
    }

    @Override
    public boolean hasCluster(String name) {
        return true;
    }

    @Override
    public Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        var head = HeaderMap.of(":status", "200");
        execute(() -> listener.onComplete(head, Buffers.EMPTY, new HeaderMap()));
        return () -> {};
    }

    private record Uncounted() implements Metrics {
        @Override
        public Counter counter(String name) {
            return new Nothing();
        }

        @Override
        public Gauge gauge(String name) {
            return new Nothing();
        }

        @Override
        public Histogram histogram(String name) {
            return new Nothing();
        }
    }

    private record Nothing() implements Metrics.Counter, Metrics.Gauge, Metrics.Histogram {
        @Override
        public void add(long amount) {
            // not counted
        }

        @Override
        public void set(long value) {
            // not counted
        }

        @Override
        public long value() {
            return 0;
        }

        @Override
        public void record(long value) {
            // not counted
        }
    }
}
