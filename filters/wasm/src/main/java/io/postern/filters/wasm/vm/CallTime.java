package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * CPU time that each call of a machine may take. Whoever was ended for its time has a quarter of it
 * in its next instance, and less after every further time: while a plugin loops all others on the
 * worker wait, and one that does it for every request would make them wait again and again. After a
 * while without it the machine has its whole time again. Confined to one worker's loop.
 */
final class CallTime {
    private static final int SHARE = 4;
    private static final int LEAST_SHARE = 10;

    private final Duration whole;
    private int kills;
    private @Nullable Deadline current;

    CallTime(Duration whole) {
        this.whole = whole;
    }

    /** This is the clock of the instance that is at work from now on. */
    void applyTo(Deadline deadline) {
        current = deadline;
        if (kills == 0) {
            deadline.limit(whole, true);
        } else {
            deadline.limitSuspect(whole.dividedBy(kills == 1 ? SHARE : LEAST_SHARE));
        }
    }

    /** A call was ended for its time. */
    void killed() {
        kills = Math.min(kills + 1, 2); // more make no difference
    }

    boolean isReduced() {
        return kills > 0;
    }

    /** Between calls: the whole time again. */
    void forgive() {
        kills = 0;
        if (current != null) {
            current.limit(whole, true);
        }
    }
}
