package io.postern.config.snapshot;

import io.postern.config.model.Bootstrap;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clusters that only a source of resources knows: servers of {@code google_grpc}. They are served
 * with the others for as long as something refers to the source. Control thread.
 */
final class OwnClusters {
    private final List<Cluster> always = new ArrayList<>();

    OwnClusters(Bootstrap.Dynamic dynamic) {
        add(dynamic.ads(), always);
        add(dynamic.clusters(), always);
        add(dynamic.listeners(), always);
        dynamic.names().authorities().values().forEach(source -> add(source, always));
        add(dynamic.names().otherwise(), always);
    }

    /** {@code clusters}, and those of the sources of {@code references}. */
    List<Cluster> with(List<Cluster> clusters, List<Set<Reference>> references) {
        List<Cluster> own = new ArrayList<>(always);
        references.stream()
                .flatMap(Collection::stream)
                .forEach(reference -> add(reference.source(), own));
        if (own.isEmpty()) {
            return clusters;
        }
        Map<String, Cluster> all = new LinkedHashMap<>();
        own.forEach(cluster -> all.put(cluster.name(), cluster));
        clusters.forEach(cluster -> all.put(cluster.name(), cluster));
        return List.copyOf(all.values());
    }

    private static void add(@Nullable ConfigSource source, List<Cluster> to) {
        if (source instanceof ConfigSource.Server server) {
            for (ConfigSource.Target target : server.targets()) {
                Cluster own = target.own();
                if (own != null) {
                    to.add(own);
                }
            }
        }
    }
}
