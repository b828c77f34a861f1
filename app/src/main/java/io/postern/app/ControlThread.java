package io.postern.app;

import io.postern.config.source.xds.Control;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The one virtual thread on which the configuration is changed. Thread-safe. */
final class ControlThread implements Control, AutoCloseable {
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("config").factory());
    private final Log log;

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
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("config", "bug: " + e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
