package io.postern.xds.server.content;

import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All resources of a type that some node may have, in the order of their names.
 *
 * <p>Thread-safe: immutable. What did not change is the same object from one publication to the
 * next, so that most comparisons end with {@code ==}.
 */
public final class ResourceSet {
    private final ResourceType type;
    private final SortedMap<String, Packed> resources;
    private final String version;
    private final long octets;

    private ResourceSet(ResourceType type, SortedMap<String, Packed> resources) {
        this.type = type;
        this.resources = Collections.unmodifiableSortedMap(resources);
        this.version = versionOf(resources.values());
        this.octets = resources.values().stream().mapToLong(Packed::octets).sum();
    }

    /** A set of these; of two with one name the first counts. */
    public static ResourceSet of(ResourceType type, Iterable<Packed> resources) {
        SortedMap<String, Packed> byName = new TreeMap<>();
        for (Packed one : resources) {
            byName.putIfAbsent(one.name(), one);
        }
        return new ResourceSet(type, byName);
    }

    /** Nothing. */
    public static ResourceSet empty(ResourceType type) {
        return new ResourceSet(type, new TreeMap<>());
    }

    private static String versionOf(Collection<Packed> resources) {
        var hash = new Hash();
        resources.forEach(one -> hash.add(one.name()).add(one.version()));
        return hash.text();
    }

    /** The type of all of them. */
    public ResourceType type() {
        return type;
    }

    /** A hash of all names and versions. */
    public String version() {
        return version;
    }

    /** The resource of that name; null when there is none. */
    public @Nullable Packed find(String name) {
        return resources.get(name);
    }

    /** The version of the resource of that name; empty when there is none. */
    public String versionOf(String name) {
        Packed found = resources.get(name);
        return found == null ? "" : found.version();
    }

    /** All of them. */
    public Collection<Packed> all() {
        return resources.values();
    }

    /** Octets of all of them, about. */
    public long octets() {
        return octets;
    }

    /** How many there are. */
    public int size() {
        return resources.size();
    }

    /** Those whose name is wanted. */
    public ResourceSet filter(Predicate<String> wanted) {
        SortedMap<String, Packed> kept = new TreeMap<>();
        resources.forEach((name, one) -> {
            if (wanted.test(name)) {
                kept.put(name, one);
            }
        });
        return kept.size() == resources.size() ? this : new ResourceSet(type, kept);
    }

    /** These, and those of {@code others} whose names are not among these. */
    public ResourceSet with(ResourceSet others) {
        SortedMap<String, Packed> both = new TreeMap<>(others.resources);
        both.putAll(resources);
        return both.size() == resources.size() ? this : new ResourceSet(type, both);
    }

    /** Names that came, changed or went since {@code before}, in order. */
    public List<String> changedSince(ResourceSet before) {
        if (before == this) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        resources.forEach((name, one) -> {
            Packed old = before.resources.get(name);
            if (old == null || !old.version().equals(one.version())) {
                names.add(name);
            }
        });
        for (String name : before.resources.keySet()) {
            if (!resources.containsKey(name)) {
                names.add(name);
            }
        }
        return names;
    }
}
