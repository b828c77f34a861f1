package io.postern.core.upstream.health;

import java.net.SocketAddress;

/**
 * A host as the health checks see it. Thread-safe: immutable.
 *
 * @param key what tells the hosts of a cluster apart
 * @param address where its health is asked for, perhaps another port than that of its requests
 * @param authority what the endpoint wants as host of the probe; may be empty
 * @param hostname for TLS; may be empty
 * @param socket which of the cluster's transport socket matches; -1: none
 */
public record ProbeTarget(
        String key, SocketAddress address, String authority, String hostname, int socket) {}
