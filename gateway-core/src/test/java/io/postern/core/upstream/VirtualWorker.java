package io.postern.core.upstream;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A worker whose time passes when the test says so. */
final class VirtualWorker implements Worker {
    final TestMetrics metrics = new TestMetrics();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long now;
    private long timerNumber;

    /** Lets {@code nanos} pass; timers run at their times. */
    void pass(long nanos) {
        long until = now + nanos;
        runTasks();
        while (!timers.isEmpty() && timers.element().due <= until) {
            Timer timer = timers.remove();
            now = timer.due;
            timer.run();
            runTasks();
        }
        now = until;
    }

    void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Timers that were not cancelled. */
    long liveTimers() {
        return timers.stream().filter(timer -> timer.task != null).count();
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(now + delayNanos, timerNumber++, task);
        timers.add(timer);
        return timer;
    }

    @Override
    public long epochNanos() {
        return now;
    }

    @Override
    public long monotonicNanos() {
        return now;
    }

    @Override
    public Metrics metrics() {
        return metrics;
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

    private static final class Timer implements Cancellable, Comparable<Timer> {
        private final long due;
        private final long number;
        private @Nullable Runnable task;

        Timer(long due, long number, Runnable task) {
            this.due = due;
            this.number = number;
            this.task = task;
        }

        void run() {
            Runnable once = task;
            task = null;
            if (once != null) {
                once.run();
            }
        }

        @Override
        public void cancel() {
            task = null;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
