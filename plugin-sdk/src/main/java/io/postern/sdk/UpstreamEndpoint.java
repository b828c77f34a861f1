package io.postern.sdk;

/**
 * A host that a request may go to. Thread-safe: immutable.
 *
 * @param address as Envoy writes it: {@code 127.0.0.1:80}, {@code [::1]:80} or a path
 * @param weight 1 or more
 */
public record UpstreamEndpoint(String address, Health health, int weight) {
    /** Whether it gets requests. Source: Envoy's {@code Host::Health}. */
    public enum Health {
        /** It does. */
        HEALTHY,

        /** It does where there are not enough healthy ones. */
        DEGRADED,

        /** It does not. */
        UNHEALTHY
    }
}
