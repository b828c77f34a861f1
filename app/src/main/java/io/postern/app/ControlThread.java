package io.postern.app;

import io.postern.config.source.xds.Control;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The one virtual thread on which the configuration is changed. Thread-safe. */
final class ControlThread implements Control, AutoCloseable {
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("config").factory());
    private final Log log;
    private long busySinceNanos;

    ControlThread(Log log) {
        this.log = log;
    }

    @Override
    public void execute(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(() -> guarded(task));
        }
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        if (thread.isShutdown()) {
            return () -> {};
        }
        ScheduledFuture<?> future =
                thread.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    // A bug in the handling of one response must not end all handling.
    private void guarded(Runnable task) {
        busySinceNanos = System.nanoTime();
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("config", "bug: " + e);
        }
    }

    // For as long as it has been busy: whoever sends changes without an end is taken in at half
    // the speed, and no slower.
    @Override
    public void makeWay() {
        long busyNanos = System.nanoTime() - busySinceNanos;
        LockSupport.parkNanos(Math.min(busyNanos, LONGEST_PAUSE_NANOS));
        busySinceNanos = System.nanoTime();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
