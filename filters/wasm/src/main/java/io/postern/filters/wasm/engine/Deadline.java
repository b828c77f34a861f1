package io.postern.filters.wasm.engine;

import io.postern.filters.wasm.engine.translate.GuestCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time budget of the guest calls of one instance. The thread that runs the guest marks begin
 * and end; the {@link Watchdog} looks from its own thread and stops a call that lasts too long:
 * translated code sees a flag at its loops and calls, other code an interrupt.
 *
 * <pre>
 * IDLE --begin--> RUNNING --end--> IDLE
 *                 RUNNING --suspend--> HOST --resume--> RUNNING      (host code that may do I/O)
 *                 RUNNING --fire--> FIRING --interrupted--> FIRED --end--> IDLE
 * </pre>
 *
 * The state and the number of the call are one word, so that the watchdog hits the very call it
 * looked at; {@link #end} waits for a FIRING one and clears the flag, so that no stray interrupt
 * reaches the event loop.
 */
public final class Deadline {
    private static final Duration COLD = Duration.ofSeconds(2);
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int HOST = 2;
    private static final int FIRING = 3;
    private static final int FIRED = 4;
    private static final int STATE_MASK = 7;
    private static final int ONE_CALL = 8;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Deadline.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;
    private volatile Duration budget;
    private Duration granted; // published by the word
    private volatile boolean cpuTime;
    private boolean patient = true;
    private @Nullable Thread thread;
    private volatile @Nullable GuestCode code;
    private boolean fired;

    // Confined to the watchdog: what it saw at its last look.
    long seenWord = -1;
    long seenNanos;

    /**
     * A budget for the calls that follow.
     *
     * @param cpuTime count the thread's CPU time; otherwise the wall clock (virtual threads have no
     *     CPU time of their own)
     */
    public Deadline(Duration budget, boolean cpuTime) {
        this.budget = budget;
        this.granted = budget;
        this.cpuTime = cpuTime;
    }

    /** Changes the budget; between calls only. */
    public void limit(Duration newBudget, boolean newCpuTime) {
        budget = newBudget;
        cpuTime = newCpuTime;
        patient = true;
    }

    /** As {@link #limit} with CPU time, and no more than that for code that is not compiled yet. */
    public void limitSuspect(Duration newBudget) {
        limit(newBudget, true);
        patient = false;
    }

    /** This is the code that runs: it looks at a flag of its own, the thread is left alone. */
    void watches(GuestCode guest) {
        code = guest;
    }

    /** What the running call may take, or the last one. */
    Duration budget() {
        return granted;
    }

    boolean usesCpuTime() {
        return cpuTime;
    }

    /** Whether the running call, or the last one, was ended for its time. */
    boolean fired() {
        return fired || state(word) >= FIRING;
    }

    /** {@code cold}: the JVM has not compiled the code yet, so that it may take longer. */
    void begin(boolean cold) {
        granted = cold && patient && COLD.compareTo(budget) > 0 ? COLD : budget;
        thread = Thread.currentThread();
        fired = false;
        WORD.setRelease(this, (word & ~STATE_MASK) + ONE_CALL + RUNNING);
    }

    void end() {
        leave(IDLE);
    }

    /** Before host code that must not be interrupted, since it may write to a file for example. */
    public void suspend() {
        leave(HOST);
    }

    /** After {@link #suspend}. */
    public void resume() {
        if (fired) {
            // Over budget already: let the guest end at its next loop.
            stop(Thread.currentThread());
        }
        WORD.setRelease(this, (word & ~STATE_MASK) + (fired ? FIRED : RUNNING));
    }

    private void leave(int next) {
        long now = word;
        long call = now & ~STATE_MASK;
        if (state(now) == RUNNING && WORD.compareAndSet(this, now, call + next)) {
            return;
        }
        while (state(word) == FIRING) {
            Thread.onSpinWait();
        }
        if (state(word) == FIRED) {
            fired = true;
            clear();
        }
        WORD.setRelease(this, call + next);
    }

    /** The running call as one word, or -1 when none runs; for the watchdog. */
    long running() {
        long now = word;
        return state(now) == RUNNING ? now : -1;
    }

    @Nullable Thread runner() {
        return thread;
    }

    /** Interrupts the call seen by {@link #running}, unless it has ended; for the watchdog. */
    void fire(long seen, Thread runner) {
        long call = seen & ~STATE_MASK;
        if (WORD.compareAndSet(this, seen, call + FIRING)) {
            stop(runner);
            WORD.setRelease(this, call + FIRED);
        }
    }

    private void stop(Thread runner) {
        GuestCode guest = code;
        if (guest == null) {
            runner.interrupt();
        } else {
            guest.stop = true;
        }
    }

    private void clear() {
        GuestCode guest = code;
        if (guest == null) {
            Thread.interrupted();
        } else {
            guest.stop = false;
        }
    }

    private static int state(long word) {
        return (int) (word & STATE_MASK);
    }
}
