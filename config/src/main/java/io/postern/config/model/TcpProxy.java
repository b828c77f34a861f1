package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Proxies connections as they are.
 *
 * <p>Source: {@code envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy}.
 *
 * @param targets 1 or more, chosen by weight
 * @param totalWeight of the targets
 * @param idleTimeout zero: none
 * @param maxDuration of a client's connection; zero: any
 * @param hashesSource hashing load balancers go by the client's IP address
 * @param maxConnectAttempts 1 or more
 * @param accessLogs told of the end of each connection
 */
public record TcpProxy(
        String statPrefix,
        List<Target> targets,
        long totalWeight,
        Duration idleTimeout,
        Duration maxDuration,
        boolean hashesSource,
        int maxConnectAttempts,
        List<AccessLog> accessLogs) {
    public TcpProxy {
        accessLogs = List.copyOf(accessLogs);
        targets = List.copyOf(targets);
    }

    /**
     * A cluster and its share.
     *
     * @param metadataMatch what hosts have to have in clusters with subsets, values as JSON
     * @param metadataFallbacks what instead, one after the other, in clusters that go by it
     */
    public record Target(
            String cluster,
            long weight,
            Map<String, String> metadataMatch,
            List<Map<String, String>> metadataFallbacks) {
        public Target {
            metadataMatch = Map.copyOf(metadataMatch);
            metadataFallbacks = List.copyOf(metadataFallbacks);
        }
    }
}
