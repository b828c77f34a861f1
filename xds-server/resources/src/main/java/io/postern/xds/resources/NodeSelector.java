package io.postern.xds.resources;

import java.util.Map;
import java.util.Set;

/**
 * Which nodes belong to a group: those that match every part that is not empty.
 *
 * <p>Thread-safe: immutable.
 *
 * @param ids {@code node.id} is one of them; empty: any
 * @param clusters {@code node.cluster} is one of them; empty: any
 * @param metadata text fields at the top of {@code node.metadata} that must have these values
 * @param audience which product
 */
public record NodeSelector(
        Set<String> ids, Set<String> clusters, Map<String, String> metadata, Audience audience) {
    public NodeSelector {
        ids = Set.copyOf(ids);
        clusters = Set.copyOf(clusters);
        metadata = Map.copyOf(metadata);
    }

    /** The same nodes, as far as they run {@code other}. */
    public NodeSelector with(Audience other) {
        return new NodeSelector(ids, clusters, metadata, other);
    }
}
