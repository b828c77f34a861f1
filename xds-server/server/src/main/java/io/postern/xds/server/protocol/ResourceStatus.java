package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;

/**
 * How a node stands to one resource, as its stream said. Immutable.
 *
 * @param version the one that is published now
 * @param held the one that was sent last; empty: none
 * @param message of a refusal; else empty
 */
public record ResourceStatus(
        ResourceType type, String name, String version, String held, State state, String message) {
    /** What is known of it. */
    public enum State {
        /** The node has said that it uses this version. */
        ACKED,
        /** The node has refused this version; it is not sent again until it changes. */
        NACKED,
        /** It was sent, or will be; the node has not answered yet. */
        STALE
    }
}
