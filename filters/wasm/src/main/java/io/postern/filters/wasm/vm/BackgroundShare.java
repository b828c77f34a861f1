package io.postern.filters.wasm.vm;

import java.time.Duration;

/**
 * Keeps what a plugin does of its own accord, ticks and queues, to a tenth of its worker's time:
 * after a burst it has to wait. Confined to the worker's loop.
 */
final class BackgroundShare {
    private static final int SHARE = 10;
    private static final long BURST_NANOS = Duration.ofMillis(100).toNanos();

    private long owedNanos;
    private long lastNanos;

    /** It ran from one time to another one. */
    void ran(long fromNanos, long toNanos) {
        settle(toNanos);
        owedNanos += toNanos - fromNanos;
    }

    /** How long it has to wait before it may run again. */
    long delayNanos(long nowNanos) {
        settle(nowNanos);
        return Math.max(0, owedNanos - BURST_NANOS) * SHARE;
    }

    private void settle(long nowNanos) {
        owedNanos = Math.max(0, owedNanos - (nowNanos - lastNanos) / SHARE);
        lastNanos = nowNanos;
    }
}
