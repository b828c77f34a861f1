package io.postern.xds.server.protocol;

import java.util.List;

/**
 * A response, serialized. Two protobuf texts one after the other are one message: what streams have
 * in common is one array for all of them. Immutable, though nobody copies the arrays.
 *
 * @param shared resources, versions, type
 * @param own the nonce
 * @param changed names of the resources in it
 * @param removed names that it says are gone
 */
public record Outgoing(
        String typeUrl, byte[] shared, byte[] own, List<String> changed, List<String> removed) {
    /** How many octets there are. */
    public int size() {
        return shared.length + own.length;
    }
}
