package io.postern.config.snapshot;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Cluster;
import java.util.Map;

/** A cluster without hosts. */
final class StaticCluster {
    private StaticCluster() {}

    static Cluster named(String name) {
        String yaml =
                "static_resources: {clusters: [{name: %s, load_assignment: {cluster_name: %s}}]}"
                        .formatted(name, name);
        if (new ConfigFile(Map.of()).loadYaml("test", yaml) instanceof LoadResult.Loaded loaded) {
            return loaded.bootstrap().clusters().getFirst();
        }
        throw new AssertionError(yaml);
    }
}
