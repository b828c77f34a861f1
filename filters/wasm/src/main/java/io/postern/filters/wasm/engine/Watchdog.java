package io.postern.filters.wasm.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends guest calls that use more time than their {@link Deadline} grants. One daemon thread looks
 * every 10 ms as long as there are instances, and sooner when a budget is about to end; the time of
 * a call counts from the first look that sees it. Thread-safe.
 */
public final class Watchdog {
    private static final long LOOK_EVERY_NANOS = 10_000_000;
    private static final long LEAST_REST_NANOS = 500_000;

    private final Set<Deadline> watched = ConcurrentHashMap.newKeySet();
    private @Nullable ThreadMXBean threads; // confined to the looker; making one takes its time
    private @Nullable Thread looker;

    /** Watches the calls of an instance from now on. */
    public synchronized void watch(Deadline deadline) {
        watched.add(deadline);
        if (looker == null) {
            looker = Thread.ofPlatform().daemon().name("wasm-watchdog").start(this::look);
        }
    }

    /** Stops watching; the instance is gone. */
    public void forget(Deadline deadline) {
        watched.remove(deadline);
    }

    private void look() {
        threads = ManagementFactory.getThreadMXBean();
        while (goOn()) {
            long rest = LOOK_EVERY_NANOS;
            for (Deadline deadline : watched) {
                rest = Math.min(rest, look(deadline));
            }
            LockSupport.parkNanos(Math.max(rest, LEAST_REST_NANOS));
        }
    }

    private synchronized boolean goOn() {
        if (watched.isEmpty()) {
            looker = null;
            return false;
        }
        return true;
    }

    /** How many nanoseconds are left at least. */
    private long look(Deadline deadline) {
        long call = deadline.running();
        Thread runner = deadline.runner();
        if (call < 0 || runner == null) {
            if (!deadline.usesCpuTime()) {
                deadline.seenWord = -1; // a log that blocks is not the plugin's time
            }
            return LOOK_EVERY_NANOS;
        }
        long now = clock(deadline, runner);
        if (call != deadline.seenWord) {
            deadline.seenWord = call;
            deadline.seenNanos = now;
        }
        long left = deadline.budget().toNanos() - (now - deadline.seenNanos);
        if (left < 0) {
            deadline.fire(call, runner);
        }
        return left;
    }

    private long clock(Deadline deadline, Thread runner) {
        return deadline.usesCpuTime() && !runner.isVirtual() && threads != null
                ? threads.getThreadCpuTime(runner.threadId())
                : System.nanoTime();
    }
}
