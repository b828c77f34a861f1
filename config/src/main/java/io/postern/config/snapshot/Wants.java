package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Subscriber;
import io.postern.config.source.xds.Wanted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is subscribed to: everything of the roots, by name what is referred to. Control thread. */
final class Wants {
    private Subscriber subscriber = new Nobody();
    private final Set<Topic> roots = new HashSet<>();
    private Map<Topic, Set<String>> named = Map.of();

    /** One type of one source. */
    record Topic(ConfigSource source, ResourceType type) {}

    /** Everything that is asked for. */
    List<Topic> topics() {
        Set<Topic> all = new LinkedHashSet<>(roots);
        all.addAll(named.keySet());
        return List.copyOf(all);
    }

    /** Who asks from now on; before it, nobody does. */
    void subscribeWith(Subscriber asking) {
        subscriber = asking;
    }

    /** All there are, or those of a collection. */
    void root(ConfigSource source, ResourceType type, String collection) {
        if (roots.add(new Topic(source, type))) {
            subscriber.want(
                    source,
                    type,
                    collection.isEmpty() ? Wanted.ALL : Wanted.of(Set.of(collection)));
        }
    }

    /** What came from nowhere but the disk. */
    void held(LastGood.Kept kept) {
        Set<String> names = new TreeSet<>();
        kept.update().resources().forEach(one -> names.add(one.name()));
        subscriber.held(kept.source(), kept.type(), names);
    }

    /** This one is gone, though nobody has removed it. */
    void lost(ConfigSource source, ResourceType type, String name) {
        subscriber.lost(Sources.key(source), type, name);
    }

    /** Exactly these are referred to now. */
    void references(Set<Reference> references) {
        Map<Topic, Set<String>> next = new HashMap<>();
        for (Reference reference : references) {
            if (reference.source() != null) {
                var topic = new Topic(Sources.key(reference.source()), reference.type());
                next.computeIfAbsent(topic, _ -> new TreeSet<>()).add(reference.wanted());
            }
        }
        Map<Topic, Set<String>> before = named;
        named = next;
        // In Envoy's order of types: a server that thinks of that finds what it expects.
        for (ResourceType type : ResourceType.values()) {
            next.forEach((topic, names) -> wantIfNew(type, topic, names, before));
            for (Topic topic : List.copyOf(before.keySet())) {
                if (topic.type() == type && !next.containsKey(topic)) {
                    subscriber.want(topic.source(), type, Wanted.of(Set.of()));
                }
            }
        }
    }

    /** Before the start. */
    private static final class Nobody implements Subscriber {
        @Override
        public void want(ConfigSource source, ResourceType type, Wanted wanted) {}

        @Override
        public void held(ConfigSource source, ResourceType type, Set<String> names) {}

        @Override
        public void lost(ConfigSource source, ResourceType type, String name) {}
    }

    private void wantIfNew(
            ResourceType type, Topic topic, Set<String> names, Map<Topic, Set<String>> before) {
        if (topic.type() == type && !names.equals(before.get(topic))) {
            boolean everything = names.contains(Reference.ALL);
            Set<String> byName = new TreeSet<>(names);
            byName.remove(Reference.ALL);
            subscriber.want(topic.source(), type, new Wanted(everything, byName));
        }
    }
}
