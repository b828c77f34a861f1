package io.postern.config.model;

import java.time.Duration;

/**
 * What Envoy has no switch for.
 *
 * <p>Source: {@code postern.filters.http.hardening.v1.Hardening}.
 *
 * @param minimumBodyBytesPerSecond 0: none
 * @param bodyGracePeriod before a body is looked at, and between two looks
 */
public record Hardening(
        boolean rejectAmbiguousPaths, int minimumBodyBytesPerSecond, Duration bodyGracePeriod) {
    /** As Envoy is. */
    public static Hardening none() {
        return new Hardening(false, 0, Duration.ZERO);
    }
}
