package io.postern.core.upstream.health;

/** What came of one probe. */
public enum Outcome {
    HEALTHY,
    /** It serves, but asks for less ({@code x-envoy-degraded}). */
    DEGRADED,
    /** It says no: unhealthy at once. */
    UNHEALTHY,
    /** As {@link #UNHEALTHY}, and the host does not even count for panic. */
    EXCLUDED,
    /** It says no in a way that counts towards the threshold. */
    RETRIABLE,
    /** No connection, or it broke: counts towards the threshold. */
    NETWORK,
    /** No answer in time: counts towards the threshold. */
    TIMEOUT;

    boolean isSuccess() {
        return this == HEALTHY || this == DEGRADED;
    }

    boolean isNetwork() {
        return this == NETWORK || this == TIMEOUT;
    }

    /** Whether one of these makes a host unhealthy. */
    boolean isFinal() {
        return this == UNHEALTHY || this == EXCLUDED;
    }
}
