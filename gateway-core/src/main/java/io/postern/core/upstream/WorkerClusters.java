package io.postern.core.upstream;

import org.jspecify.annotations.Nullable;

/** The clusters of one worker, by name. Confined to the event loop. */
public interface WorkerClusters {
    /** The cluster called {@code name}, or null. */
    @Nullable WorkerCluster find(String name);
}
