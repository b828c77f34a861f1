package io.postern.core.upstream;

import java.net.SocketAddress;

/**
 * The two ends of a client's connection, as an upstream is told them.
 *
 * @param local the address that the client connected to
 */
public record ProxiedPeers(SocketAddress client, SocketAddress local) {}
