package io.postern.filters.opa.engine;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stops evaluations of one policy that run for longer than allowed. One daemon thread that looks at
 * every worker's slot eight times per limit, and sleeps while no policy is evaluated.
 *
 * <p>An evaluation has to be over the limit by the clock and to have burnt at least half of it as
 * CPU time while it was watched: a worker that merely waits for a core on a busy machine is not the
 * policy's fault.
 *
 * <p>Thread-safe. A limit of zero means "never": there is no thread then.
 */
public final class EvaluationWatchdog implements AutoCloseable {
    private static final long SHORTEST_LOOK_NANOS = 500_000;
    private static final int LOOKS_PER_LIMIT = 8;
    private static final int IDLE_LOOKS_BEFORE_SLEEP = 80;

    private final long limitNanos;
    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean asleep;

    /** A slot and what was seen of it; the latter belongs to the watchdog's thread. */
    private static final class Watched {
        private final EvaluationSlot slot;
        private long evaluation;
        private long cpuNanos = -1;

        Watched(EvaluationSlot slot) {
            this.slot = slot;
        }
    }

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
        watched.add(new Watched(slot));
    }

    void remove(EvaluationSlot slot) {
        watched.removeIf(one -> one.slot == slot);
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
        long pause = Math.max(SHORTEST_LOOK_NANOS, limitNanos / LOOKS_PER_LIMIT);
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
        for (var one : watched) {
            long evaluation = one.slot.running();
            running |= evaluation != 0;
            if (evaluation == 0 || evaluation != one.evaluation) {
                one.evaluation = evaluation;
                one.cpuNanos = -1;
            } else {
                lookAgain(one);
            }
        }
        return running;
    }

    private void lookAgain(Watched one) {
        long cpuNanos = cpuNanos(one.slot.thread());
        if (one.cpuNanos < 0) {
            one.cpuNanos = cpuNanos;
        } else if (System.nanoTime() - one.slot.startedNanos() >= limitNanos
                && cpuNanos - one.cpuNanos >= limitNanos / 2) {
            one.slot.stop(one.evaluation);
        }
    }

    private static long cpuNanos(@Nullable Thread worker) {
        return worker == null
                ? 0
                : ManagementFactory.getThreadMXBean().getThreadCpuTime(worker.threadId());
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
