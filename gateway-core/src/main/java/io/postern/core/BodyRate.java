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
    private long nextLook;
    private long seenBytes;

    /** A body that is to be watched begins. */
    BodyRate(FlowParts.Limits limits, long now) {
        graceNanos = limits.bodyGraceNanos();
        wantedBytes =
                (long)
                        (limits.bodyBytesPerSecond()
                                * (graceNanos / (double) TimeUnit.SECONDS.toNanos(1)));
        nextLook = now + graceNanos;
    }

    /** When to look next. */
    long nextLook() {
        return nextLook;
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
