package io.postern.core.upstream;

import io.postern.core.upstream.HostSpec.Locality;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where this gateway is, and who else is there, for zone-aware balancing. Thread-safe: immutable.
 *
 * @param cluster {@code cluster_manager.local_cluster_name}: the cluster of gateways that it
 *     belongs to
 */
public record Neighbourhood(String region, String zone, String subZone, String cluster) {
    /**
     * The same as one worker sees it. Confined to the event loop.
     *
     * @param own without a weight
     * @param cluster null while not known
     */
    record Around(Locality own, Supplier<@Nullable ClusterOnWorker> cluster) {}

    Around on(ClustersOnWorker clusters) {
        return new Around(new Locality(region, zone, subZone, 0), () -> clusters.find(cluster));
    }
}
