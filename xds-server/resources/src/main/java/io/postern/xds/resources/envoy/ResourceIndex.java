package io.postern.xds.resources.envoy;

import io.postern.config.envoy.References.Found;
import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Resources by type and name, and what resources that refer to them find. Of one name there may be
 * several, for different nodes. Confined to one thread while it is filled.
 *
 * @param <T> a resource, and where it comes from
 */
public final class ResourceIndex<T> {
    private final Map<ResourceType, Map<String, List<T>>> entries =
            new EnumMap<>(ResourceType.class);
    private final Function<T, Found> content;

    /** {@code content} is what finds an entry as a resource. */
    public ResourceIndex(Function<T, Found> content) {
        this.content = content;
    }

    /** Adds one. */
    public void add(ResourceType type, String name, T one) {
        entries.computeIfAbsent(type, _ -> new TreeMap<>())
                .computeIfAbsent(name, _ -> new ArrayList<>())
                .add(one);
    }

    /** All of that name. */
    public List<T> all(ResourceType type, String name) {
        return entries.getOrDefault(type, Map.of()).getOrDefault(name, List.of());
    }

    /** The first of that name among those that count; null: there is none. */
    public @Nullable Found find(ResourceType type, String name, Predicate<T> counts) {
        for (T one : all(type, name)) {
            if (counts.test(one)) {
                return content.apply(one);
            }
        }
        return null;
    }

    /** Those that count of a collection, in the order of their names: see {@code References}. */
    public List<Found> findAll(ResourceType type, String collection, Predicate<T> counts) {
        List<Found> all = new ArrayList<>();
        entries.getOrDefault(type, Map.of())
                .forEach((name, some) -> {
                    if (collection.isEmpty() || name.startsWith(collection + "/")) {
                        some.stream().filter(counts).map(content).forEach(all::add);
                    }
                });
        return all;
    }

    /** Names of that type that one has which counts. */
    public Set<String> names(ResourceType type, Predicate<T> counts) {
        Set<String> names = new HashSet<>();
        entries.getOrDefault(type, Map.of())
                .forEach((name, some) -> {
                    if (some.stream().anyMatch(counts)) {
                        names.add(name);
                    }
                });
        return names;
    }
}
