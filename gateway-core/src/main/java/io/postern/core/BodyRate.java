package io.postern.core;

import java.util.concurrent.TimeUnit;

/**
 * Whether a request body comes fast enough: looked at once per grace period. A period in which the
 * client was not read, because the upstream or a filter was slow, does not count. Confined to the
 * event loop.
 *
 * <p>Source: {@code minimum_body_rate} of {@code postern.filters.http.hardening.v1.Hardening}.
 */
final class BodyRate {
    private final long wantedBytes;
    private final long graceNanos;
    private long nextLook = Timeouts.NEVER;
    private long seenBytes;

    BodyRate(FlowParts.Limits limits) {
        graceNanos = limits.bodyGraceNanos();
        wantedBytes =
                (long)
                        (limits.bodyBytesPerSecond()
                                * (graceNanos / (double) TimeUnit.SECONDS.toNanos(1)));
    }

    /** When to look next; {@link Timeouts#NEVER}: not at all. */
    long nextLook() {
        return nextLook;
    }

    /** A body that is to be watched begins. */
    void begin(long now) {
        if (graceNanos > 0) {
            nextLook = now + graceNanos;
        }
    }

    /** The body is there, or nobody waits for it any more. */
    void end() {
        nextLook = Timeouts.NEVER;
    }

    /**
     * Looks, and starts the next period.
     *
     * @param received bytes of body so far
     * @param held whether the client was not read for a while
     */
    boolean isTooSlow(long now, long received, boolean held) {
        boolean slow = !held && received - seenBytes < wantedBytes;
        seenBytes = received;
        nextLook = now + graceNanos;
        return slow;
    }
}
