package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.LoadBalancing;
import io.postern.core.upstream.balance.PriorityLoad;
import io.postern.core.upstream.balance.PriorityLoad.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the hosts of several clusters: their priorities are one row, cluster after cluster;
 * the cluster that a priority belongs to chooses the host. What the clusters are now is looked up
 * with every request, and their row is made anew when one of them has changed. Confined to the
 * event loop.
 *
 * <p>Source: Envoy's {@code AggregateClusterLoadBalancer}.
 */
final class AggregateChoice implements HostChooser {
    private final List<String> names;
    private final ClustersOnWorker clusters;
    private final Cluster config;
    private final RandomGenerator random;
    private final @Nullable ClusterOnWorker[] known;
    private final int[] generations;
    private List<Place> row = List.of();
    private @Nullable PriorityLoad load;
    private boolean choosing;

    AggregateChoice(
            List<String> names, ClustersOnWorker clusters, Cluster config, RandomGenerator random) {
        this.names = names;
        this.clusters = clusters;
        this.config = config;
        this.random = random;
        this.known = new ClusterOnWorker[names.size()];
        this.generations = new int[names.size()];
    }

    /** One priority of one cluster. */
    private record Place(ClusterOnWorker cluster, int priority) {}

    // Aggregates of one another may be a circle, in which there is nobody.
    @Override
    public @Nullable HostOnWorker choose(LoadBalancerContext context) {
        if (choosing) {
            return null;
        }
        choosing = true;
        try {
            return chooseFromRow(context);
        } finally {
            choosing = false;
        }
    }

    private @Nullable HostOnWorker chooseFromRow(LoadBalancerContext context) {
        refresh();
        PriorityLoad usual = load;
        if (usual == null) {
            return null;
        }
        long hash = context.hasHash() ? context.hash() : random.nextLong();
        int chosen = context.load(usual, this::placeOf).choose(hash);
        int at = chosen < 0 ? -1 - chosen : chosen;
        if (at >= row.size()) {
            return null;
        }
        Place place = row.get(at);
        int priority = chosen < 0 ? -1 - place.priority() : place.priority();
        return place.cluster().choose(new AtPriority(context, PriorityLoad.only(priority)));
    }

    private int placeOf(UpstreamHost host) {
        for (int i = 0; i < row.size(); i++) {
            Place place = row.get(i);
            if (host instanceof HostOnWorker own
                    && own.cluster().equals(place.cluster())
                    && own.priority() == place.priority()) {
                return i;
            }
        }
        return -1;
    }

    private void refresh() {
        boolean same = true;
        for (int i = 0; i < known.length; i++) {
            ClusterOnWorker cluster = clusters.find(names.get(i));
            int generation = cluster == null ? 0 : cluster.generation();
            same &= Objects.equals(cluster, known[i]) && generation == generations[i];
            known[i] = cluster;
            generations[i] = generation;
        }
        if (!same) {
            makeRow();
        }
    }

    private void makeRow() {
        List<Place> places = new ArrayList<>();
        List<Members> members = new ArrayList<>();
        for (ClusterOnWorker cluster : known) {
            if (cluster != null) {
                List<HostPlan.Level> levels = cluster.plan().levels();
                for (int i = 0; i < levels.size(); i++) {
                    places.add(new Place(cluster, i));
                    members.add(levels.get(i).members());
                }
            }
        }
        row = List.copyOf(places);
        Members[] all = members.toArray(Members[]::new);
        LoadBalancing balancing = config.balancing();
        load =
                all.length == 0
                        ? null
                        : PriorityLoad.of(
                                all,
                                all,
                                config.assignment().overprovisioningFactor(),
                                balancing.panicThreshold());
    }
}
