package io.postern.app;

import io.postern.config.source.xds.Control;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The one thread on which the configuration is changed. Thread-safe. */
final class ControlThread implements Control {
    private static final Turns FEW_AND_SHORT = new Turns(5, Duration.ofNanos(100_000));
    private static final int MOST_SECONDS_TO_END = 1;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("config").daemon().factory());
    private final Log log;
    private boolean madeWay;

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
    public void makeWay() {
        if (!madeWay) {
            madeWay = true;
            var _ = FEW_AND_SHORT.takeHere();
        }
    }

    /**
     * Runs a last task and ends: what is under way may end before it, what is scheduled is not run.
     * Returns when it has run, or has not for too long.
     */
    void closeAfter(Runnable last) {
        if (thread.isShutdown()) {
            return;
        }
        var done = new CountDownLatch(1);
        execute(() -> {
            try {
                last.run();
            } finally {
                done.countDown();
            }
        });
        try {
            var _ = done.await(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        thread.shutdownNow();
    }
}
