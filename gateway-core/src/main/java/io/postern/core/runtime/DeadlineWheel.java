package io.postern.core.runtime;

import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of one event loop, in slots of 4 ms: arming and disarming cost a few stores and no
 * garbage, which counts because every exchange has a deadline and hardly any is reached. A deadline
 * fires up to one slot late and never early. While nothing is armed, nothing runs.
 *
 * <p>Confined to the event loop.
 */
public final class DeadlineWheel {
    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int SLOTS = 512; // one turn: 2 s

    private final EventLoop loop;
    private final Deadline[] slots = new Deadline[SLOTS];
    private final long startNanos = System.nanoTime();
    private long currentTick;
    private int armed;
    private final Runnable turn = this::turn;
    private @Nullable ScheduledFuture<?> wake;
    private long wakeTick = Long.MAX_VALUE;

    /** A wheel that turns on {@code loop}. */
    public DeadlineWheel(EventLoop loop) {
        this.loop = loop;
        for (int i = 0; i < SLOTS; i++) {
            Deadline head = new Deadline.Head();
            head.previous = head;
            head.next = head;
            slots[i] = head;
        }
    }

    /** Something with a deadline. */
    public abstract static class Deadline {
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private long tick;

        /** The time has come; the deadline is disarmed and may be armed again. */
        protected abstract void onDeadline();

        private static final class Head extends Deadline {
            @Override
            protected void onDeadline() {
                throw new IllegalStateException("bug: the head of a slot fired");
            }
        }
    }

    /**
     * Arms {@code deadline}, or moves it, to {@code atNanos} on the {@link System#nanoTime()}
     * clock.
     */
    public void arm(Deadline deadline, long atNanos) {
        long tick = Math.max((atNanos - startNanos) / SLOT_NANOS + 1, currentTick + 1);
        if (deadline.next != null) {
            if (deadline.tick == tick) {
                return;
            }
            unlink(deadline);
        }
        deadline.tick = tick;
        link(slots[(int) (tick & (SLOTS - 1))], deadline);
        if (wake == null) {
            currentTick = Math.max(currentTick, (System.nanoTime() - startNanos) / SLOT_NANOS - 1);
        }
        if (tick < wakeTick) {
            wakeAt(tick);
        }
    }

    /** Disarms; does nothing when it is not armed. */
    public void disarm(Deadline deadline) {
        if (deadline.next != null) {
            unlink(deadline);
        }
    }

    private void wakeAt(long tick) {
        if (wake != null) {
            wake.cancel(false);
        }
        wakeTick = tick;
        long delay = Math.max(0, startNanos + tick * SLOT_NANOS - System.nanoTime());
        wake = loop.schedule(turn, delay, TimeUnit.NANOSECONDS);
    }

    // Sleeps through empty slots, so that one idle stream does not wake the loop 250 times a
    // second.
    private long nextUsedTick() {
        long tick = currentTick + 1;
        while (tick < currentTick + SLOTS && isEmpty(slots[(int) (tick & (SLOTS - 1))])) {
            tick++;
        }
        return tick;
    }

    private void turn() {
        wake = null;
        wakeTick = Long.MAX_VALUE;
        long now = (System.nanoTime() - startNanos) / SLOT_NANOS;
        long last = Math.min(now, currentTick + SLOTS);
        while (currentTick < last) {
            currentTick++;
            fire(slots[(int) (currentTick & (SLOTS - 1))], now);
        }
        currentTick = Math.max(currentTick, now);
        if (armed > 0) {
            long next = nextUsedTick();
            if (next < wakeTick) {
                wakeAt(next);
            }
        }
    }

    private void fire(Deadline head, long now) {
        Deadline each = head.next;
        while (each != null && !(each instanceof Deadline.Head)) {
            Deadline following = each.next;
            if (each.tick <= now) {
                unlink(each);
                each.onDeadline();
                // The callback may have changed the list: start over, what is due is unlinked.
                following = head.next;
            }
            each = following;
        }
    }

    private static boolean isEmpty(Deadline head) {
        return head.next instanceof Deadline.Head;
    }

    private void link(Deadline head, Deadline deadline) {
        Deadline last = head.previous;
        deadline.previous = last;
        deadline.next = head;
        head.previous = deadline;
        if (last != null) {
            last.next = deadline;
        }
        armed++;
    }

    private void unlink(Deadline deadline) {
        Deadline before = deadline.previous;
        Deadline after = deadline.next;
        if (before != null && after != null) {
            before.next = after;
            after.previous = before;
        }
        deadline.previous = null;
        deadline.next = null;
        armed--;
    }
}
