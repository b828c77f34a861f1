package io.postern.config.snapshot;

import com.google.protobuf.Any;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.Listener;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Received;
import io.postern.config.source.xds.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is served of everything delivered, as updates that would bring it about again. */
final class Resources {
    private final Map<Wants.Topic, List<Received>> topics = new LinkedHashMap<>();

    private Resources() {}

    /**
     * @param asked that nothing came of one of them is worth knowing, too: nobody has to wait for
     *     it
     */
    static List<LastGood.Kept> of(
            List<Wants.Topic> asked,
            Family<Cluster> clusters,
            Family<Listener> listeners,
            Library library) {
        var resources = new Resources();
        asked.forEach(topic -> resources.topics.put(topic, new ArrayList<>()));
        resources.add(ResourceType.CLUSTER, clusters);
        library.all().forEach((reference, one) -> resources.add(reference.type(), one));
        resources.add(ResourceType.LISTENER, listeners);
        List<LastGood.Kept> kept = new ArrayList<>();
        resources.topics.forEach((topic, received) ->
                kept.add(
                        new LastGood.Kept(
                                topic.source(),
                                topic.type(),
                                new Update("", received, List.of(), false, ""))));
        return kept;
    }

    private void add(ResourceType type, Family<?> family) {
        for (TopLevel<?> member : family.members().values()) {
            Delivered served = member.servedFrom();
            if (served != null) {
                add(type, served);
            }
        }
    }

    private void add(ResourceType type, Delivered one) {
        ConfigSource source = one.source();
        if (source == null) {
            return;
        }
        topics.computeIfAbsent(new Wants.Topic(source, type), _ -> new ArrayList<>())
                .add(
                        new Received(
                                one.name(),
                                one.version(),
                                Any.pack(one.message()),
                                Duration.ZERO,
                                null,
                                List.of()));
    }
}
