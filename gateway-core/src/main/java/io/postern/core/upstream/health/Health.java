package io.postern.core.upstream.health;

/**
 * What the checks of a host come to. Thread-safe: immutable.
 *
 * @param degraded only if healthy
 * @param excluded it asked for being left alone
 * @param timedOut the last probe had no answer
 */
public record Health(boolean healthy, boolean degraded, boolean excluded, boolean timedOut) {
    static final Health UNKNOWN = new Health(false, false, false, false);
}
