package io.postern.filters.wasm.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends guest calls that use more time than their {@link Deadline} grants. One daemon thread looks
 * every {@value #LOOK_EVERY_MILLIS} ms as long as there are instances; a call is ended at most one
 * look after its budget. Thread-safe.
 */
public final class Watchdog {
    private static final long LOOK_EVERY_MILLIS = 10;

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
            for (Deadline deadline : watched) {
                look(deadline);
            }
            LockSupport.parkNanos(LOOK_EVERY_MILLIS * 1_000_000);
        }
    }

    private synchronized boolean goOn() {
        if (watched.isEmpty()) {
            looker = null;
            return false;
        }
        return true;
    }

    private void look(Deadline deadline) {
        long call = deadline.running();
        Thread runner = deadline.runner();
        if (call < 0 || runner == null) {
            deadline.seenWord = -1;
            return;
        }
        long now = clock(deadline, runner);
        if (call != deadline.seenWord) {
            deadline.seenWord = call;
            deadline.seenNanos = now;
        } else if (now - deadline.seenNanos > deadline.budget().toNanos()) {
            deadline.fire(call, runner);
        }
    }

    private long clock(Deadline deadline, Thread runner) {
        return deadline.usesCpuTime() && !runner.isVirtual() && threads != null
                ? threads.getThreadCpuTime(runner.threadId())
                : System.nanoTime();
    }
}
