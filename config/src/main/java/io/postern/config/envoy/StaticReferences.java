package io.postern.config.envoy;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What static resources find among each other; everything else is not there yet. Confined to the
 * loading thread.
 */
final class StaticReferences implements References {
    private final Set<String> clusterNames;
    private final Map<String, Found> secrets;
    private final RuntimeLayers runtime;
    private boolean refers;
    private boolean changeable;

    StaticReferences(Set<String> clusterNames, Map<String, Found> secrets, RuntimeLayers runtime) {
        this.clusterNames = clusterNames;
        this.secrets = secrets;
        this.runtime = runtime;
    }

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name) {
        if (source == null) {
            return type == ResourceType.SECRET ? secrets.get(name) : null;
        }
        refers = true;
        return null;
    }

    @Override
    public List<Found> findAll(
            ResourceType type, @Nullable ConfigSource source, String collection) {
        refers = true;
        return List.of();
    }

    @Override
    public Set<String> clusterNames() {
        return clusterNames;
    }

    @Override
    public RuntimeLayers runtime() {
        changeable = true;
        return runtime;
    }

    /** Whether something was asked for that is there, but can change. */
    boolean changeable() {
        return changeable;
    }

    /** Whether something was asked for that is not static. */
    boolean refers() {
        return refers;
    }
}
