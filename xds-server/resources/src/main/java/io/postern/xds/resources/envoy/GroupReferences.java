package io.postern.xds.resources.envoy;

import com.google.protobuf.Message;
import io.postern.config.envoy.References;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the resources of a group find among each other. */
final class GroupReferences implements References {
    private record Key(ResourceType type, String name) {}

    private static final Spot NOWHERE = Spot.root(new NullNode(Place.of("")));

    private final Map<Key, Message> messages = new HashMap<>();
    private final Set<String> clusters = new HashSet<>();

    GroupReferences(Collection<GroupDraft.Made> resources) {
        for (var one : resources) {
            messages.put(new Key(one.type(), one.name()), one.checked());
            if (one.type() == ResourceType.CLUSTER) {
                clusters.add(one.name());
            }
        }
    }

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name) {
        var message = messages.get(new Key(type, name));
        return message == null ? null : new Found(message, NOWHERE);
    }

    @Override
    public List<Found> findAll(
            ResourceType type, @Nullable ConfigSource source, String collection) {
        return List.of();
    }

    @Override
    public Set<String> clusterNames() {
        return clusters;
    }
}
