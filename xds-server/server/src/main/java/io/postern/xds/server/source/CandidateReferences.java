package io.postern.xds.server.source;

import com.google.protobuf.Message;
import io.postern.config.envoy.References;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.resources.envoy.ResourceIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What resources find among those that are about to be published, for the nodes that one document
 * is for.
 */
final class CandidateReferences implements References {
    private final ResourceIndex<Entry> index;
    private final NodeSelector selector;
    private final Set<String> missing = new LinkedHashSet<>();
    private final List<Predicate<CandidateReferences>> asked = new ArrayList<>();
    private @Nullable Set<String> clusterNames;
    private boolean askedForClusters;

    CandidateReferences(ResourceIndex<Entry> index, NodeSelector selector) {
        this.index = index;
        this.selector = selector;
    }

    /** A resource and its document. */
    record Entry(RawDocument document, Placed resource) {
        private Found found() {
            return new Found(resource.message(), resource.spot());
        }
    }

    /** Those of {@code documents}, for all references among them. */
    static ResourceIndex<Entry> index(Collection<RawDocument> documents) {
        var index = new ResourceIndex<>(Entry::found);
        for (RawDocument document : documents) {
            for (Placed one : document.resources()) {
                index.add(one.type(), one.name(), new Entry(document, one));
            }
        }
        return index;
    }

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
        return index.find(type, name, this::isOurs);
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
        return index.findAll(type, collection, this::isOurs);
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
            names = index.names(ResourceType.CLUSTER, this::isOurs);
            clusterNames = names;
        }
        return names;
    }
}
