package io.postern.xds.server.source;

import com.google.protobuf.Message;
import io.postern.config.envoy.References;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Spot;
import io.postern.xds.resources.NodeSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What resources find among those that are about to be published, for the nodes that one document
 * is for.
 */
final class CandidateReferences implements References {
    private final Index index;
    private final NodeSelector selector;
    private final Set<String> missing = new LinkedHashSet<>();
    private final List<Predicate<CandidateReferences>> asked = new ArrayList<>();
    private @Nullable Set<String> clusterNames;
    private boolean askedForClusters;

    CandidateReferences(Index index, NodeSelector selector) {
        this.index = index;
        this.selector = selector;
    }

    /** Resources by type and name, with the documents that have them. */
    static final class Index {
        private final Map<ResourceType, Map<String, List<Entry>>> entries =
                new EnumMap<>(ResourceType.class);

        Index(Collection<RawDocument> documents) {
            for (RawDocument document : documents) {
                for (Placed one : document.resources()) {
                    entries.computeIfAbsent(one.type(), _ -> new TreeMap<>())
                            .computeIfAbsent(one.name(), _ -> new ArrayList<>())
                            .add(new Entry(document, one));
                }
            }
        }

        List<Entry> find(ResourceType type, String name) {
            return entries.getOrDefault(type, Map.of()).getOrDefault(name, List.of());
        }

        Map<String, List<Entry>> all(ResourceType type) {
            return entries.getOrDefault(type, Map.of());
        }
    }

    /** A resource and its document. */
    record Entry(RawDocument document, Placed resource) {}

    /** What was asked for in vain, since the last time. */
    List<String> takeMissing() {
        List<String> taken = List.copyOf(missing);
        missing.clear();
        return taken;
    }

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name) {
        Found found = findNow(type, source, name);
        if (found == null && !(source instanceof ConfigSource.File)) {
            missing.add(type.message() + " '" + name + "'");
        }
        return found;
    }

    /** What was asked for: each says whether it would be answered alike by another one. */
    List<Predicate<CandidateReferences>> asked() {
        return List.copyOf(asked);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same text gives the same object
    public @Nullable Found findNow(ResourceType type, @Nullable ConfigSource source, String name) {
        Found found = lookUp(type, name);
        Message answer = found == null ? null : found.message();
        asked.add(other -> {
            Found there = other.lookUp(type, name);
            return (there == null ? null : there.message()) == answer;
        });
        return found;
    }

    private @Nullable Found lookUp(ResourceType type, String name) {
        for (Entry entry : index.find(type, name)) {
            if (isOurs(entry)) {
                return new Found(entry.resource().message(), entry.resource().spot());
            }
        }
        return null;
    }

    private boolean isOurs(Entry entry) {
        return Selectors.overlap(selector, entry.document().selector());
    }

    @Override
    public List<Found> findAll(
            ResourceType type, @Nullable ConfigSource source, String collection) {
        List<Found> all = collect(type, collection);
        List<Message> answer = all.stream().map(Found::message).toList();
        asked.add(other ->
                other.collect(type, collection).stream()
                        .map(Found::message)
                        .toList()
                        .equals(answer));
        return all;
    }

    private List<Found> collect(ResourceType type, String collection) {
        List<Found> all = new ArrayList<>();
        index.all(type)
                .forEach((name, entries) -> {
                    if (collection.isEmpty() || name.startsWith(collection + "/")) {
                        for (Entry entry : entries) {
                            if (isOurs(entry)) {
                                Spot spot = entry.resource().spot();
                                all.add(new Found(entry.resource().message(), spot));
                            }
                        }
                    }
                });
        return all;
    }

    @Override
    public Set<String> clusterNames() {
        Set<String> answer = names();
        if (!askedForClusters) {
            askedForClusters = true;
            asked.add(other -> other.names().equals(answer));
        }
        return answer;
    }

    private Set<String> names() {
        Set<String> names = clusterNames;
        if (names == null) {
            names = new HashSet<>();
            for (var entry : index.all(ResourceType.CLUSTER).entrySet()) {
                if (entry.getValue().stream().anyMatch(this::isOurs)) {
                    names.add(entry.getKey());
                }
            }
            clusterNames = names;
        }
        return names;
    }
}
