package io.postern.xds.server.content;

import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a node may have.
 *
 * <p>Thread-safe: immutable.
 */
public final class Snapshot {
    private final Map<ResourceType, ResourceSet> sets;
    private final String version;

    private Snapshot(Map<ResourceType, ResourceSet> sets) {
        this.sets = sets;
        var hash = new Hash();
        sets.values().forEach(set -> hash.add(set.version()));
        this.version = hash.text();
    }

    /**
     * A snapshot of these; of two of one type and name the first counts.
     *
     * @param before whose sets are used again where nothing changed
     */
    public static Snapshot of(Iterable<Packed> resources, @Nullable Snapshot before) {
        Map<ResourceType, List<Packed>> byType = new EnumMap<>(ResourceType.class);
        for (Packed one : resources) {
            byType.computeIfAbsent(one.type(), _ -> new ArrayList<>()).add(one);
        }
        Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            ResourceSet next = ResourceSet.of(type, byType.getOrDefault(type, List.of()));
            ResourceSet old = before == null ? null : before.of(type);
            sets.put(type, old != null && old.version().equals(next.version()) ? old : next);
        }
        return new Snapshot(sets);
    }

    /** Nothing. */
    public static Snapshot empty() {
        return of(List.of(), null);
    }

    /** All of one type. */
    public ResourceSet of(ResourceType type) {
        ResourceSet set = sets.get(type);
        if (set == null) {
            throw new IllegalStateException("bug: a snapshot without " + type);
        }
        return set;
    }

    /** A hash of everything. */
    public String version() {
        return version;
    }
}
