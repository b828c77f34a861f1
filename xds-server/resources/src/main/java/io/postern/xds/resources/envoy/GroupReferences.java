package io.postern.xds.resources.envoy;

import io.postern.config.envoy.References;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the resources of a group find among each other: all of them count. */
final class GroupReferences implements References {
    private static final Spot NOWHERE = Spot.root(new NullNode(Place.of("")));

    private final ResourceIndex<GroupDraft.Made> index =
            new ResourceIndex<>(one -> new Found(one.checked(), NOWHERE));
    private final Set<String> clusters;

    GroupReferences(Collection<GroupDraft.Made> resources) {
        resources.forEach(one -> index.add(one.type(), one.name(), one));
        clusters = index.names(ResourceType.CLUSTER, _ -> true);
    }

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name) {
        return index.find(type, name, _ -> true);
    }

    @Override
    public List<Found> findAll(
            ResourceType type, @Nullable ConfigSource source, String collection) {
        return index.findAll(type, collection, _ -> true);
    }

    @Override
    public Set<String> clusterNames() {
        return clusters;
    }
}
