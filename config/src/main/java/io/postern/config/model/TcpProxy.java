package io.postern.config.model;

import java.time.Duration;
import java.util.List;

/**
 * Proxies connections as they are.
 *
 * <p>Source: {@code envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy}.
 *
 * @param targets 1 or more, chosen by weight
 * @param totalWeight of the targets
 * @param idleTimeout zero: none
 * @param maxConnectAttempts 1 or more
 * @param accessLogs told of the end of each connection
 */
public record TcpProxy(
        String statPrefix,
        List<Target> targets,
        long totalWeight,
        Duration idleTimeout,
        int maxConnectAttempts,
        List<AccessLog> accessLogs) {
    public TcpProxy {
        accessLogs = List.copyOf(accessLogs);
        targets = List.copyOf(targets);
    }

    /** A cluster and its share. */
    public record Target(String cluster, long weight) {}
}
