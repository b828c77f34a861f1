package io.postern.filters.opa.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops evaluations of one policy that run for longer than allowed. One daemon thread that looks at
 * every worker's slot four times per limit, and sleeps while no policy is evaluated.
 *
 * <p>Thread-safe. A limit of zero means "never": there is no thread then.
 */
public final class EvaluationWatchdog implements AutoCloseable {
    private static final long SHORTEST_LOOK_NANOS = 500_000;
    private static final int IDLE_LOOKS_BEFORE_SLEEP = 40;

    private final long limitNanos;
    private final List<EvaluationSlot> slots = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean asleep;

    /** Starts watching. */
    public EvaluationWatchdog(String policyName, long limitNanos) {
        this.limitNanos = limitNanos;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("opa-watchdog-" + policyName)
                        .unstarted(this::watch);
        if (limitNanos > 0) {
            thread.start();
        }
    }

    void add(EvaluationSlot slot) {
        slots.add(slot);
    }

    void remove(EvaluationSlot slot) {
        slots.remove(slot);
    }

    /** Called by a worker right after {@link EvaluationSlot#begin}: one volatile read as a rule. */
    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        long pause = Math.max(SHORTEST_LOOK_NANOS, limitNanos / 4);
        int idleLooks = 0;
        while (!closed) {
            idleLooks = look() ? 0 : idleLooks + 1;
            if (idleLooks < IDLE_LOOKS_BEFORE_SLEEP) {
                LockSupport.parkNanos(this, pause);
            } else {
                sleepUntilWoken();
                idleLooks = 0;
            }
        }
    }

    private boolean look() {
        boolean running = false;
        long now = System.nanoTime();
        for (EvaluationSlot slot : slots) {
            running |= slot.isRunning();
            slot.stopWhenOver(limitNanos, now);
        }
        return running;
    }

    // A worker that begins before it sees asleep is seen by look(): both sides write, then read.
    private void sleepUntilWoken() {
        asleep = true;
        if (!look() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
