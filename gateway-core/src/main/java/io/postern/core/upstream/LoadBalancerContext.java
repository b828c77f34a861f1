package io.postern.core.upstream;

import io.postern.core.http.HttpConnection;
import java.util.Map;

/**
 * What a request tells the load balancer about itself. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code LoadBalancerContext}.
 */
public interface LoadBalancerContext {
    /** Which circuit-breaker thresholds count. */
    boolean highPriority();

    /** Protocol of the client's request, for use_downstream_protocol_config. */
    HttpConnection.Protocol downstream();

    /** Whether a hash policy of the route gave a {@link #hash}. */
    default boolean hasHash() {
        return false;
    }

    /** What hashing balancers go by. */
    default long hash() {
        return 0;
    }

    /** What the host has to have where the cluster has subsets, values as JSON. */
    default Map<String, String> metadata() {
        return Map.of();
    }

    /** Address of the host that a filter wants; empty: the load balancer chooses. */
    default String overrideHost() {
        return "";
    }

    /** How many hosts may be chosen until one is taken that is not wanted; 1 or more. */
    default int hostAttempts() {
        return 1;
    }

    /** Whether this host should be passed over, because it was tried before. */
    default boolean refuses(UpstreamHost host) {
        return false;
    }
}
