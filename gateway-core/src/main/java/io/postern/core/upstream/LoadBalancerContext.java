package io.postern.core.upstream;

import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.balance.PriorityLoad;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

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

    /**
     * What it has to have instead, one after the other until there is a host, where the cluster
     * goes by it; empty: {@link #metadata} holds.
     */
    default List<Map<String, String>> metadataFallbacks() {
        return List.of();
    }

    /** Address of the host that a filter wants; empty: the load balancer chooses. */
    default String overrideHost() {
        return "";
    }

    /** Whether there is no host for the request where {@link #overrideHost} is not to be had. */
    default boolean strictOverride() {
        return false;
    }

    /** The request's head; null: it has none, like a byte stream. */
    default @Nullable HeaderMap head() {
        return null;
    }

    /** What the client really wanted to connect to; null: the gateway, as far as is known. */
    default @Nullable SocketAddress originalDestination() {
        return null;
    }

    /** Number of the client's connection; -1: there is none. */
    default long connectionId() {
        return -1;
    }

    /** The client's connection, for PROXY headers; null: none. */
    default @Nullable ProxiedPeers proxied() {
        return null;
    }

    /** The next host to use, if it is there, by what these headers say; null: no more. */
    default @Nullable String nextOverride(List<HeaderName> headers) {
        return null;
    }

    /**
     * How the load is to be spread over the priorities.
     *
     * @param usual by their health
     * @param priorities of hosts that were chosen for this request before
     */
    default PriorityLoad load(PriorityLoad usual, ToIntFunction<UpstreamHost> priorities) {
        return usual;
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
