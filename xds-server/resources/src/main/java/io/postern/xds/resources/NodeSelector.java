package io.postern.xds.resources;

import io.postern.xds.resources.envoy.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes belong to a group: those that match every part that is not empty.
 *
 * <p>Thread-safe: immutable.
 *
 * @param ids {@code node.id} is one of them; empty: any
 * @param clusters {@code node.cluster} is one of them; empty: any
 * @param metadata text fields at the top of {@code node.metadata} that must have these values
 * @param audience which product
 * @param part of those nodes; null: all of them
 */
public record NodeSelector(
        Set<String> ids,
        Set<String> clusters,
        Map<String, String> metadata,
        Audience audience,
        @Nullable Part part) {
    private static final int WHOLE = 10_000;

    /**
     * A part of the nodes, by a hash of their ids: the same nodes for the same seed, and more of
     * them for a larger share.
     *
     * @param share of 10,000
     */
    public record Part(String seed, int share) {
        /** Whether the node called {@code id} is in it. */
        public boolean has(String id) {
            var digest = Digests.sha256((seed + "\n" + id).getBytes(StandardCharsets.UTF_8));
            return Long.parseLong(digest.substring(0, 8), 16) % WHOLE < share;
        }
    }

    /** All nodes that match. */
    public NodeSelector(
            Set<String> ids,
            Set<String> clusters,
            Map<String, String> metadata,
            Audience audience) {
        this(ids, clusters, metadata, audience, null);
    }

    public NodeSelector {
        ids = Set.copyOf(ids);
        clusters = Set.copyOf(clusters);
        metadata = Map.copyOf(metadata);
    }

    /** The same nodes, as far as they run {@code other}. */
    public NodeSelector with(Audience other) {
        return new NodeSelector(ids, clusters, metadata, other, part);
    }

    /** A part of the same nodes. */
    public NodeSelector only(Part of) {
        return new NodeSelector(ids, clusters, metadata, audience, of);
    }

    /** Nodes that match this one and {@code other}; null: there can be none. */
    public @Nullable NodeSelector and(NodeSelector other) {
        var bothIds = both(ids, other.ids);
        var bothClusters = both(clusters, other.clusters);
        if (bothIds == null || bothClusters == null) {
            return null;
        }
        var fields = new HashMap<>(metadata);
        other.metadata.forEach(fields::putIfAbsent);
        boolean meet =
                fields.entrySet().containsAll(other.metadata.entrySet())
                        && (audience == other.audience
                                || audience == Audience.ANY
                                || other.audience == Audience.ANY);
        if (!meet) {
            return null;
        }
        var product = audience == Audience.ANY ? other.audience : audience;
        return new NodeSelector(bothIds, bothClusters, fields, product, part);
    }

    // Empty: any; null: none.
    private static @Nullable Set<String> both(Set<String> one, Set<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        var both = new HashSet<>(one);
        both.retainAll(other);
        return both.isEmpty() ? null : both;
    }
}
