package io.postern.core.upstream;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clusters of one worker, kept up by messages of the control side. Confined to the loop. */
final class ClustersOnWorker implements WorkerClusters {
    private final Map<String, ClusterOnWorker> clusters = new HashMap<>();

    @Override
    public @Nullable ClusterOnWorker find(String name) {
        return clusters.get(name);
    }

    /** Adds a cluster; one of the same name is replaced and drains. */
    void put(String name, ClusterOnWorker cluster) {
        ClusterOnWorker before = clusters.put(name, cluster);
        if (before != null) {
            before.remove();
        }
    }

    void remove(String name) {
        ClusterOnWorker before = clusters.remove(name);
        if (before != null) {
            before.remove();
        }
    }
}
