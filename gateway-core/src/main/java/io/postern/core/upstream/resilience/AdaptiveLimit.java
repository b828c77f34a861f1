package io.postern.core.upstream.resilience;

import io.postern.config.model.Resilience.Adaptive;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit of calls at a time that follows what the cluster can do: it grows by one with every
 * limit's worth of good answers, as long as it is used, and shrinks by a factor when an answer is
 * late or fails, once for all calls that were under way then. Thread-safe, without locks.
 *
 * <p>Source: additive increase, multiplicative decrease, as TCP does it (RFC 5681).
 */
final class AdaptiveLimit {
    private static final int UNITS = 1000;

    private final Adaptive config;
    private final AtomicInteger open = new AtomicInteger();

    /** In thousandths of a call. */
    private final AtomicInteger limit;

    private final AtomicLong shrunkAtNanos = new AtomicLong(Long.MIN_VALUE);

    AdaptiveLimit(Adaptive config) {
        this.config = config;
        this.limit = new AtomicInteger(config.minLimit() * UNITS);
    }

    boolean tryAcquire() {
        if (open.incrementAndGet() <= limit()) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    void release() {
        open.decrementAndGet();
    }

    int limit() {
        return limit.get() / UNITS;
    }

    /** {@code startNanos}: when the call began. */
    void onAnswer(boolean success, long startNanos, long nowNanos) {
        if (success && nowNanos - startNanos <= config.latencyTarget().toNanos()) {
            grow();
        } else {
            shrink(startNanos, nowNanos);
        }
    }

    private void grow() {
        int now = limit.get();
        if (open.get() * UNITS >= now / 2) {
            int more = Math.max(1, UNITS * UNITS / now);
            limit.compareAndSet(now, Math.min(config.maxLimit() * UNITS, now + more));
        }
    }

    private int less(int now) {
        return (int) (now * config.backoff());
    }

    private void shrink(long startNanos, long nowNanos) {
        long last = shrunkAtNanos.get();
        if (startNanos >= last && shrunkAtNanos.compareAndSet(last, nowNanos)) {
            limit.updateAndGet(now -> Math.max(config.minLimit() * UNITS, less(now)));
        }
    }
}
