package io.postern.core;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.Cluster;
import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.core.filter.FilterPlan;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.http.ClientPipeline;
import io.postern.core.http.CodecWorker;
import io.postern.core.http.ServerPipeline;
import io.postern.core.listener.ActiveListener;
import io.postern.core.listener.FilterChainParts;
import io.postern.core.listener.OpenConnections;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.tls.DownstreamTls;
import io.postern.core.upstream.ClusterDirectory;
import io.postern.core.upstream.ClusterView;
import io.postern.core.upstream.UpstreamLoop;
import io.postern.core.upstream.dns.NameResolver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The data plane of one process: workers, clusters, filters and listeners of a configuration. Made,
 * drained and closed on control threads.
 */
public final class Gateway implements AutoCloseable {
    private static final int WARM_SECONDS = 15;

    private final Bootstrap config;
    private final Settings settings;
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops;
    private final List<WorkerLoop> workers = new ArrayList<>();
    private final List<CodecWorker> codecs = new ArrayList<>();
    private final ScheduledExecutorService timer;
    private final ClusterDirectory clusters;
    private final List<ActiveListener> listeners = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private final List<FilterPlan> plans = new ArrayList<>();

    /** A filter chain's part on one worker. */
    private record Seat(WorkerLoop worker, OpenConnections open, FilterPlan.OnWorker filters) {}

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
            Clock clock) {}

    private Gateway(Bootstrap config, Settings settings) {
        this.config = config;
        this.settings = settings;
        loops =
                new MultiThreadIoEventLoopGroup(
                        settings.concurrency(),
                        new DefaultThreadFactory("worker"),
                        transport.ioHandlers());
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual().name("dns").factory());
        clusters =
                new ClusterDirectory(
                        settings.concurrency(),
                        transport.upstreamChannels(),
                        settings.names(),
                        timer);
    }

    /**
     * Starts everything; requests are served when this returns.
     *
     * @throws RuntimeException saying which part cannot work; nothing is left running
     */
    public static Gateway start(Bootstrap config, Settings settings) {
        var gateway = new Gateway(config, settings);
        try {
            gateway.startWorkers();
            gateway.clusters.replace(config.clusters());
            gateway.awaitWarmClusters();
            for (Listener listener : config.listeners()) {
                gateway.listen(listener);
            }
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void startWorkers() {
        var seeds = new SplittableRandom();
        var connectionIds = new AtomicLong();
        for (int i = 0; i < settings.concurrency(); i++) {
            EventLoop loop = loops.next();
            var worker =
                    new WorkerLoop(
                            i,
                            loop,
                            settings.stats().forWorker(i),
                            seeds.split(),
                            settings.clock());
            var codec = new CodecWorker(worker.flushBatch(), connectionIds::incrementAndGet);
            workers.add(worker);
            codecs.add(codec);
            var upstream =
                    new UpstreamLoop(
                            worker,
                            loop,
                            (channel, protocol, cluster, tls, listener) ->
                                    new ClientPipeline(codec, cluster)
                                            .install(channel, protocol, tls, listener),
                            seeds.split());
            worker.useClusters(clusters.forWorker(upstream));
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

    private void listen(Listener listener) {
        Map<FilterChain, FlowFactory> flows = new LinkedHashMap<>();
        for (FilterChain chain : listener.filterChains()) {
            flows.put(chain, flowFactory(listener, chain));
        }
        FilterChain otherwise = listener.defaultFilterChain();
        if (otherwise != null) {
            flows.put(otherwise, flowFactory(listener, otherwise));
        }
        var active = new ActiveListener(listener, transport);
        active.bind(
                workers,
                new FilterChainParts() {
                    @Override
                    public ServerPipeline pipeline(WorkerLoop worker, FilterChain chain) {
                        return Gateway.this.pipeline(listener, worker, flowOf(flows, chain));
                    }

                    @Override
                    public @Nullable DownstreamTls tls(FilterChain chain) {
                        return flowOf(flows, chain).tls();
                    }
                });
        listeners.add(active);
    }

    private static FlowFactory flowOf(Map<FilterChain, FlowFactory> flows, FilterChain chain) {
        FlowFactory factory = flows.get(chain);
        if (factory == null) {
            throw new IllegalStateException("bug: a filter chain without a flow");
        }
        return factory;
    }

    private FlowFactory flowFactory(Listener listener, FilterChain chain) {
        var routes = CompiledRoutes.compile(chain.http().routes());
        var factory = FlowFactory.load(config.node(), listener, chain, routes, settings);
        plans.add(factory.plan());
        return factory;
    }

    private ServerPipeline pipeline(Listener listener, WorkerLoop worker, FlowFactory factory) {
        var open = new OpenConnections();
        FilterPlan.OnWorker filters = factory.plan().forWorker(worker);
        seats.add(new Seat(worker, open, filters));
        RequestFlow flow = factory.flow(worker, filters, open);
        worker.execute(filters::start);
        return new ServerPipeline(
                codecs.get(worker.index()),
                factory.chain().http(),
                listener.bufferLimitBytes(),
                connection -> new DownstreamConnection(flow, connection));
    }

    /** The configuration it runs. */
    public Bootstrap config() {
        return config;
    }

    /** Its listeners, bound. */
    public List<ActiveListener> listeners() {
        return List.copyOf(listeners);
    }

    /** Clusters and hosts, for the admin server. */
    public List<ClusterView> clusterViews() {
        return clusters.view();
    }

    /** Replaces the clusters; those that did not change keep their connections. */
    public void replaceClusters(List<Cluster> replacement) {
        clusters.replace(replacement);
    }

    /** Stops accepting and lets every connection end after its open streams. */
    public void drain() {
        listeners.forEach(ActiveListener::close);
        seats.forEach(seat -> seat.worker().execute(seat.open()::drain));
    }

    /** Waits until no client connection is open; false when {@code most} passed before. */
    public boolean awaitDrained(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < end) {
            awaitWorkers();
            if (seats.stream().allMatch(seat -> seat.open().count() == 0)) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return false;
    }

    // Everything that the workers were told before has been done.
    private void awaitWorkers() {
        var done = new CountDownLatch(workers.size());
        for (WorkerLoop worker : workers) {
            worker.execute(done::countDown);
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeSeat(Seat seat) {
        seat.open().close();
        seat.filters().close();
    }

    @Override
    public void close() {
        listeners.forEach(ActiveListener::close);
        seats.forEach(seat -> seat.worker().execute(() -> closeSeat(seat)));
        awaitWorkers();
        clusters.close();
        timer.shutdownNow();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        plans.forEach(FilterPlan::close);
        settings.accessLogs().close();
    }
}
