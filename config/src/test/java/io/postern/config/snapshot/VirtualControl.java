package io.postern.config.snapshot;

import io.postern.config.source.xds.Control;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A control thread whose time is moved by the test. */
final class VirtualControl implements Control {
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(
                    Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private long nowNanos;
    private long count;

    private record Task(long atNanos, long number, Runnable run) {}

    @Override
    public void execute(Runnable task) {
        var _ = schedule(Duration.ZERO, task);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        var made = new Task(nowNanos + delay.toNanos(), count++, task);
        tasks.add(made);
        return () -> tasks.remove(made);
    }

    /** Does what is due, and what becomes due within {@code time}. */
    void advance(Duration time) {
        long until = nowNanos + time.toNanos();
        while (true) {
            Task next = tasks.peek();
            if (next == null || next.atNanos() > until) {
                nowNanos = until;
                return;
            }
            tasks.remove(next);
            nowNanos = next.atNanos();
            next.run().run();
        }
    }
}
