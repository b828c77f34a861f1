package io.postern.filters.opa.engine;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where one worker and the watchdog agree on who ends an evaluation.
 *
 * <pre>
 *   IDLE --begin--> RUNNING --end (worker)--------------------------> IDLE
 *                   RUNNING --claim (watchdog)--> CLAIMED --interrupt--> STOPPED --end--> IDLE
 * </pre>
 *
 * Only the side that wins the compare-and-set out of RUNNING goes on, and the worker waits out
 * CLAIMED, so that an interrupt never reaches the event loop outside of an evaluation. The number
 * of the evaluation is part of the state: a late claim cannot hit the next one.
 */
final class EvaluationSlot {
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int CLAIMED = 2;
    private static final int STOPPED = 3;
    private static final int PHASE = 3;
    private static final int NEXT = 4;

    private final AtomicLong state = new AtomicLong();
    private volatile long startedNanos;
    private volatile @Nullable Thread thread;

    /** Worker: an evaluation begins. */
    void begin(long nowNanos) {
        thread = Thread.currentThread();
        startedNanos = nowNanos;
        state.set((state.get() & ~PHASE) + NEXT + RUNNING);
    }

    /**
     * Worker: the evaluation is over, one way or the other.
     *
     * @return false when the watchdog stopped it; the interrupt flag is clear then
     */
    boolean end() {
        long running = (state.get() & ~PHASE) | RUNNING;
        if (state.compareAndSet(running, running - RUNNING + IDLE)) {
            return true;
        }
        while ((state.get() & PHASE) == CLAIMED) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        state.set(running - RUNNING + IDLE);
        return false;
    }

    /** Watchdog: the evaluation that is running, or 0. */
    long running() {
        long now = state.get();
        return (now & PHASE) == RUNNING ? now : 0;
    }

    /** Watchdog: when the evaluation began; means nothing when none is running. */
    long startedNanos() {
        return startedNanos;
    }

    /** Watchdog: who evaluates. */
    @Nullable Thread thread() {
        return thread;
    }

    /** Watchdog: stops this evaluation, unless it has ended by now. */
    void stop(long running) {
        var owner = thread;
        if (owner != null && state.compareAndSet(running, running - RUNNING + CLAIMED)) {
            owner.interrupt();
            state.set(running - RUNNING + STOPPED);
        }
    }
}
