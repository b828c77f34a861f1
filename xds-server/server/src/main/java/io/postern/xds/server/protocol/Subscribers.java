package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a name to those who ask for it, so that a change visits nobody else. Those who ask for the
 * same names share an entry, as they share their {@link Names}: ten thousand nodes with the same
 * thousand names are a thousand entries.
 *
 * <p>Confined to one lane.
 *
 * @param <S> who asks
 */
public final class Subscribers<S> {
    private final Map<ResourceType, Index<S>> indexes = new EnumMap<>(ResourceType.class);
    private final Map<S, Map<ResourceType, Names>> known = new HashMap<>();

    /** Who asks for the same names, and from each name the way to them. */
    private static final class Index<S> {
        private final Map<Names, Set<S>> members = new HashMap<>();
        private final Map<String, Set<Names>> byName = new HashMap<>();
        private final Set<Names> wildcards = new HashSet<>();

        void add(S who, Names names) {
            Set<S> alike = members.get(names);
            if (alike == null) {
                alike = new LinkedHashSet<>();
                members.put(names, alike);
                names.explicit()
                        .forEach(name ->
                                byName.computeIfAbsent(name, _ -> new HashSet<>()).add(names));
                if (names.wildcard()) {
                    wildcards.add(names);
                }
            }
            alike.add(who);
        }

        void remove(S who, Names names) {
            Set<S> alike = members.get(names);
            if (alike == null || !alike.remove(who) || !alike.isEmpty()) {
                return;
            }
            members.remove(names);
            wildcards.remove(names);
            for (String name : names.explicit()) {
                byName.computeIfPresent(
                        name,
                        (_, all) -> {
                            all.remove(names);
                            return all.isEmpty() ? null : all;
                        });
            }
        }

        void collect(String name, Set<Names> into) {
            into.addAll(byName.getOrDefault(name, Set.of()));
        }
    }

    /** {@code who} asks for what its stream says now, of one type; null: of an unknown one. */
    public void update(S who, Session stream, @Nullable ResourceType type) {
        if (type == null) {
            return;
        }
        Names now = stream.names(type);
        Names before =
                known.computeIfAbsent(who, _ -> new EnumMap<>(ResourceType.class)).put(type, now);
        if (!now.equals(before)) {
            Index<S> index = indexes.computeIfAbsent(type, _ -> new Index<>());
            if (before != null) {
                index.remove(who, before);
            }
            index.add(who, now);
        }
    }

    /** {@code who} asks for nothing any more. */
    public void remove(S who) {
        Map<ResourceType, Names> names = known.remove(who);
        if (names != null) {
            names.forEach((type, all) -> {
                Index<S> index = indexes.get(type);
                if (index != null) {
                    index.remove(who, all);
                }
            });
        }
    }

    /** Everybody whom a change of these concerns. */
    public Set<S> of(Map<ResourceType, ? extends Collection<String>> changed) {
        Set<S> all = new LinkedHashSet<>();
        changed.forEach((type, names) -> {
            Index<S> index = indexes.get(type);
            if (index != null && !names.isEmpty()) {
                of(type, names, index)
                        .forEach(alike -> all.addAll(index.members.getOrDefault(alike, Set.of())));
            }
        });
        return all;
    }

    private static Set<Names> of(ResourceType type, Collection<String> changed, Index<?> index) {
        Set<Names> all = new HashSet<>();
        all.addAll(index.wildcards);
        for (String name : changed) {
            index.collect(name, all);
            if (type == ResourceType.VIRTUAL_HOST) { // asked for by its table
                Names.tablesOf(name).forEach(table -> index.collect(table, all));
            }
        }
        return all;
    }
}
