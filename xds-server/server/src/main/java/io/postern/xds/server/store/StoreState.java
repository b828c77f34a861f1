package io.postern.xds.server.store;

/**
 * How a store is. Immutable.
 *
 * @param where a directory, or the members of etcd
 * @param problem why it cannot be reached; else empty
 * @param conflicts how often another server was first
 */
public record StoreState(String where, boolean reachable, String problem, long conflicts) {}
