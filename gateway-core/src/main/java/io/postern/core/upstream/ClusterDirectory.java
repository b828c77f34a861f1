package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.upstream.dns.NameResolver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of the process as the control side knows them. Workers join it; from then on it
 * sends them, as messages to their loops, every cluster and every change of its hosts. Control
 * side: any thread, never an event loop; its lock is never held by a worker.
 */
public final class ClusterDirectory implements AutoCloseable {
    private final int workers;
    private final @Nullable Neighbourhood where;
    private final UpstreamChannels channels;
    private final LiveCluster.Control control;
    private final ControlStats stats = new ControlStats();
    private final Map<String, LiveCluster> clusters = new LinkedHashMap<>();
    private final List<Seat> seats = new ArrayList<>();

    /**
     * @param workers how many will join at most
     * @param channels what the workers' event loops can register
     * @param names for STRICT_DNS and LOGICAL_DNS clusters
     * @param timer one thread of the control side: names are looked up again from it
     */
    public ClusterDirectory(
            int workers,
            UpstreamChannels channels,
            NameResolver names,
            ScheduledExecutorService timer) {
        this(workers, channels, names, timer, null);
    }

    /** {@code where}: for zone-aware balancing; null: zones do not count. */
    public ClusterDirectory(
            int workers,
            UpstreamChannels channels,
            NameResolver names,
            ScheduledExecutorService timer,
            @Nullable Neighbourhood where) {
        this.where = where;
        this.workers = workers;
        this.channels = channels;
        this.control =
                new LiveCluster.Control(
                        names, timer, task -> timer.execute(() -> guard(task)), stats, this::tell);
    }

    /**
     * Makes {@code next} the clusters there are. A cluster whose configuration is equal to what it
     * was keeps its hosts and pools; one that differs in delivered endpoints only keeps the pools
     * of hosts that stay; those of a changed or removed one are drained. Nothing changes when one
     * of them cannot be set up.
     *
     * @throws ClusterConfigException says which and why
     */
    public synchronized void replace(List<Cluster> next) {
        Map<String, LiveCluster> made = new LinkedHashMap<>();
        Map<Cluster, List<HostSpec>> delivered = new LinkedHashMap<>();
        for (Cluster config : next) {
            LiveCluster live = clusters.get(config.name());
            if (live != null && live.canBecome(config)) {
                if (!live.config().equals(config)) {
                    delivered.put(config, live.hostsOf(config));
                }
            } else if (live == null || !live.config().equals(config)) {
                live = new LiveCluster(config, channels, control, workers);
            }
            if (made.put(config.name(), live) != null) {
                throw new ClusterConfigException(
                        config.name(), "there are two clusters of this name (expected: one)");
            }
        }
        Set<String> gone = new LinkedHashSet<>(clusters.keySet());
        gone.removeAll(made.keySet());
        gone.forEach(this::remove);
        made.forEach(this::install);
        delivered.forEach(this::deliver);
    }

    // Hosts that stay keep their pools.
    private void deliver(Cluster config, List<HostSpec> hosts) {
        LiveCluster live = clusters.get(config.name());
        if (live != null) {
            live.become(config);
            onHosts(live, hosts);
        }
    }

    /**
     * Completes when the clusters there are now have hosts, or are known to have none: every name
     * of theirs was looked up once.
     */
    public synchronized CompletableFuture<?> warm() {
        return CompletableFuture.allOf(
                clusters.values().stream()
                        .map(LiveCluster::warm)
                        .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * The clusters of one worker. They are there at once when this is called on the worker's own
     * loop, otherwise after the tasks that its loop has now; those that wait for their first DNS
     * answer, when they have it.
     */
    public synchronized WorkerClusters forWorker(UpstreamLoop loop) {
        Seat seat = new Seat(loop, new ClustersOnWorker());
        seats.add(seat);
        stats.use(loop.worker());
        for (LiveCluster live : clusters.values()) {
            if (live.warm().isDone()) {
                seat.add(live, channels, where);
            }
            check(live);
        }
        return seat.clusters();
    }

    /** For the admin server. */
    public synchronized List<ClusterView> view() {
        return clusters.values().stream().map(LiveCluster::view).toList();
    }

    /** Removes every cluster: streams end in peace, nothing is kept. */
    @Override
    public synchronized void close() {
        List.copyOf(clusters.keySet()).forEach(this::remove);
    }

    /** Starts a new cluster; one that it replaces serves until the new one knows its hosts. */
    private void install(String name, LiveCluster live) {
        LiveCluster before = clusters.put(name, live);
        if (before == live) {
            return;
        }
        if (before != null) {
            before.stop();
        }
        live.start(hosts -> onHosts(live, hosts));
    }

    private void remove(String name) {
        LiveCluster gone = clusters.remove(name);
        if (gone != null) {
            gone.stop();
            seats.forEach(seat -> seat.remove(name));
        }
    }

    private synchronized void onHosts(LiveCluster live, List<HostSpec> hosts) {
        String name = live.shared().config().name();
        if (clusters.get(name) != live) {
            return;
        }
        live.hosts(hosts);
        check(live);
        tell(live);
    }

    private synchronized void guard(Runnable task) {
        task.run();
    }

    /** One of the workers probes for all. */
    private void check(LiveCluster live) {
        if (!seats.isEmpty()) {
            int turn = Math.floorMod(live.shared().config().name().hashCode(), seats.size());
            live.check(seats.get(turn).loop(), channels);
        }
    }

    private void tell(LiveCluster live) {
        if (!live.isReady() || clusters.get(live.shared().config().name()) != live) {
            return;
        }
        boolean first = !live.warm().isDone();
        for (Seat seat : seats) {
            if (first) {
                seat.add(live, channels, where);
            } else {
                seat.update(live);
            }
        }
        live.becomeWarm();
    }

    /** A worker that has joined. */
    private record Seat(UpstreamLoop loop, ClustersOnWorker clusters) {
        void add(LiveCluster live, UpstreamChannels channels, @Nullable Neighbourhood where) {
            SharedCluster shared = live.shared();
            HostPlan plan = live.plan();
            run(() -> {
                Cluster config = shared.config();
                Connector connector = new ChannelConnector(shared, channels, loop);
                ClusterOnWorker cluster =
                        new ClusterOnWorker(
                                shared,
                                connector,
                                loop,
                                clusters,
                                where == null ? null : where.on(clusters));
                cluster.hosts(plan);
                clusters.put(config.name(), cluster);
            });
        }

        void remove(String name) {
            run(() -> clusters.remove(name));
        }

        void update(LiveCluster live) {
            SharedCluster shared = live.shared();
            HostPlan plan = live.plan();
            run(() -> {
                @Nullable ClusterOnWorker cluster = clusters.find(shared.config().name());
                if (cluster != null && cluster.isOf(shared)) {
                    cluster.hosts(plan);
                }
            });
        }

        private void run(Runnable message) {
            if (loop.eventLoop().inEventLoop()) {
                message.run();
            } else {
                loop.worker().execute(message);
            }
        }
    }
}
