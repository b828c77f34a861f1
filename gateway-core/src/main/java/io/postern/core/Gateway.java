package io.postern.core;

import io.netty.channel.unix.FileDescriptor;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.Overload;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.headers.MachineAddress;
import io.postern.core.hotrestart.Inheritance;
import io.postern.core.hotrestart.ProcessName;
import io.postern.core.hotrestart.SocketOffer;
import io.postern.core.hotrestart.SocketRequest;
import io.postern.core.listener.ActiveListener;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.overload.JvmMemory;
import io.postern.core.overload.OverloadState;
import io.postern.core.overload.OverloadWatch;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.ClusterConfigException;
import io.postern.core.upstream.ClusterDirectory;
import io.postern.core.upstream.ClusterView;
import io.postern.core.upstream.Neighbourhood;
import io.postern.core.upstream.dns.NameResolver;
import io.postern.core.upstream.resilience.GuardBook;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The data plane of one process: workers, clusters, filters and listeners. What it serves is
 * replaced while it runs by {@link #apply}: one snapshot after the other. Made, changed, drained
 * and closed on control threads.
 */
public final class Gateway implements AutoCloseable {
    private static final int WARM_SECONDS = 15;

    private final Bootstrap config;
    private final Settings settings;
    private final Transport transport = Transport.best();
    private final Workers workers;
    private final ScheduledExecutorService timer;
    private final ExecutorService control;
    private final SplittableRandom seeds = new SplittableRandom();
    private final ClusterDirectory clusters;
    private final ListenerParts parts;
    private final Services services = new Services();
    private final OverloadState overload;
    private final GuardBook guards;
    private final ServedListeners listeners;
    private volatile CompletableFuture<?> drained = CompletableFuture.completedFuture(null);
    private volatile VirtualHostRequests virtualHosts = (_, _, _, answered) -> answered.run();
    private RuntimeSnapshot served = new RuntimeSnapshot(List.of(), List.of());

    /**
     * What a gateway is started with.
     *
     * @param concurrency number of workers, 1 or more
     */
    public record Settings(
            int concurrency,
            FilterRegistry filters,
            StatStore stats,
            AccessLogs accessLogs,
            FormatEnvironment formats,
            NameResolver names,
            Clock clock,
            Drain drain) {}

    /**
     * How connections of a filter chain end that was replaced or removed.
     *
     * @param time after it they are closed
     * @param gradually spread over the time; false: all are told at once
     */
    public record Drain(Duration time, boolean gradually) {}

    /**
     * What came of a snapshot: each resource that could not be served, by name, with the reason.
     * What it was before goes on.
     */
    public record Applied(Map<String, String> clusterErrors, Map<String, String> listenerErrors) {
        public Applied {
            clusterErrors = Map.copyOf(clusterErrors);
            listenerErrors = Map.copyOf(listenerErrors);
        }
    }

    private Gateway(Bootstrap config, Settings settings, List<ProcessName> predecessors) {
        this.config = config;
        this.settings = settings;
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual().name("dns").factory());
        control = Executors.newSingleThreadExecutor(Thread.ofVirtual().name("closings").factory());
        clusters =
                new ClusterDirectory(
                        settings.concurrency(),
                        transport.upstreamChannels(),
                        settings.names(),
                        timer,
                        neighbourhood(config));
        workers = new Workers(settings, transport, clusters, seeds);
        overload = new OverloadState(overloadConfig());
        guards = new GuardBook(settings.clock());
        parts =
                new ListenerParts(
                        config.node(),
                        settings,
                        transport,
                        workers.all(),
                        workers.codecs(),
                        control,
                        seeds,
                        this::askForVirtualHost,
                        overload,
                        guards,
                        inheritance(predecessors),
                        MachineAddress.find());
        listeners = new ServedListeners(parts, timer, settings.drain());
    }

    private static @Nullable Neighbourhood neighbourhood(Bootstrap config) {
        Bootstrap.Node node = config.node();
        return config.localCluster().isEmpty()
                ? null
                : new Neighbourhood(
                        node.region(), node.zone(), node.subZone(), config.localCluster());
    }

    /** Starts everything; the static resources are served when this returns. */
    public static Gateway start(Bootstrap config, Settings settings) {
        return start(config, settings, List.of());
    }

    /**
     * Starts everything; the static resources are served when this returns.
     *
     * @param predecessors processes whose listening sockets are taken over where the address is the
     *     same
     * @throws RuntimeException saying which part cannot work; nothing is left running
     */
    public static Gateway start(
            Bootstrap config, Settings settings, List<ProcessName> predecessors) {
        var gateway = new Gateway(config, settings, predecessors);
        try {
            gateway.watchOverload();
            gateway.clusters.replace(config.clusters());
            gateway.awaitWarmClusters();
            gateway.services.start(config.services(), gateway.parts);
            Applied applied =
                    gateway.apply(new RuntimeSnapshot(config.listeners(), config.clusters()));
            if (!applied.listenerErrors().isEmpty()) {
                throw new IllegalStateException(
                        String.join("; ", applied.listenerErrors().values()));
            }
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private Inheritance inheritance(List<ProcessName> predecessors) {
        return predecessors.isEmpty() || !transport.sharesPorts()
                ? Inheritance.NONE
                : new SocketRequest(predecessors, workers.loops());
    }

    /**
     * Offers its listening sockets to processes that come after this one; null where sockets cannot
     * be handed over.
     */
    public @Nullable SocketOffer offerSockets(ProcessName self) {
        return transport.sharesPorts()
                ? new SocketOffer(self, workers.loops(), this::descriptors)
                : null;
    }

    private List<FileDescriptor> descriptors(String address) {
        return listeners().stream()
                .flatMap(listener -> listener.descriptors(address).stream())
                .toList();
    }

    private Overload overloadConfig() {
        return config.overload() == null ? Overload.NONE : config.overload();
    }

    private void watchOverload() {
        new OverloadWatch(
                        overloadConfig(),
                        overload,
                        new JvmMemory(),
                        settings.stats().shared(),
                        listeners::accept)
                .start(timer);
    }

    /**
     * Serves {@code next} from now on: clusters first, and when the new ones know their hosts,
     * listeners. Filters are compiled before this changes anything; connections and exchanges that
     * an update does not concern notice nothing. When this returns every worker serves it. Waits
     * for name servers at most {@value #WARM_SECONDS} seconds.
     */
    public synchronized Applied apply(RuntimeSnapshot next) {
        Map<String, String> clusterErrors = replaceClusters(next.clusters());
        awaitWarmClusters();
        Map<String, String> listenerErrors = listeners.apply(next.listeners());
        workers.await();
        return new Applied(clusterErrors, listenerErrors);
    }

    // One that cannot be set up stays what it was.
    private Map<String, String> replaceClusters(List<Cluster> next) {
        Map<String, Cluster> before = new LinkedHashMap<>();
        served.clusters().forEach(cluster -> before.put(cluster.name(), cluster));
        Map<String, Cluster> wanted = new LinkedHashMap<>();
        next.forEach(cluster -> wanted.put(cluster.name(), cluster));
        Map<String, String> errors = new LinkedHashMap<>();
        while (true) {
            try {
                clusters.replace(List.copyOf(wanted.values()));
                served = new RuntimeSnapshot(List.of(), List.copyOf(wanted.values()));
                return errors;
            } catch (ClusterConfigException e) {
                if (errors.put(e.cluster(), String.valueOf(e.getMessage())) != null) {
                    throw e;
                }
                Cluster last = before.get(e.cluster());
                if (last == null) {
                    wanted.remove(e.cluster());
                } else {
                    wanted.put(e.cluster(), last);
                }
            }
        }
    }

    // Listeners open when every cluster knows its hosts, or has had the time to.
    private void awaitWarmClusters() {
        try {
            clusters.warm().get(WARM_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // Its requests are answered 503 until a name server answers, as in Envoy.
        }
    }

    /** The configuration it was started with. */
    public Bootstrap config() {
        return config;
    }

    /** Its listeners, bound. */
    public List<ActiveListener> listeners() {
        return listeners.active();
    }

    /** Clusters and hosts, for the admin server. */
    public List<ClusterView> clusterViews() {
        return clusters.view();
    }

    /** What protects routes, for the admin server: states by route. */
    public Map<String, Map<String, String>> routeGuards() {
        return guards.state();
    }

    /** Whom requests that wait for a virtual host ask; before it, none comes. */
    public void askVirtualHostsWith(VirtualHostRequests requests) {
        virtualHosts = requests;
    }

    private void askForVirtualHost(
            ConfigSource source, String table, String host, Runnable answered) {
        virtualHosts.ask(source, table, host, answered);
    }

    /** The first worker: control work that needs a loop is done there. */
    public WorkerLoop firstWorker() {
        return workers.all().getFirst();
    }

    /** Connections of clients so far, on the listeners that are served now. Any thread. */
    public long connectionsAccepted() {
        return listeners().stream().mapToLong(ActiveListener::accepted).sum();
    }

    /** Stops accepting and lets every connection end after its open streams. */
    public void drain() {
        drained = listeners.drain();
    }

    /** Waits until no client connection is open; false when {@code most} passed before. */
    public boolean awaitDrained(Duration most) throws InterruptedException {
        try {
            drained.get(most.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: draining does not fail", e);
        }
    }

    @Override
    public void close() {
        listeners.close();
        services.close();
        // Connections, then what they held, then what the workers shared.
        for (int i = 0; i < 3; i++) {
            workers.await();
            awaitControl();
        }
        clusters.close();
        timer.shutdownNow();
        control.shutdown();
        workers.close();
        settings.accessLogs().close();
    }

    private void awaitControl() {
        var done = new CountDownLatch(1);
        control.execute(done::countDown);
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
