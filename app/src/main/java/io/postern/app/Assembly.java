package io.postern.app;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.postern.app.warmup.Plugins;
import io.postern.config.LoadResult;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.snapshot.LiveParts;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.core.Gateway;
import io.postern.core.admin.AdminServer;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.hotrestart.ProcessName;
import io.postern.core.hotrestart.SocketOffer;
import io.postern.core.listener.ActiveListener;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.rollout.Rollouts;
import io.postern.core.upstream.dns.DnsClient;
import io.postern.filters.builtin.cors.CorsFilterFactory;
import io.postern.filters.builtin.forwardproxy.ForwardProxyFilterFactory;
import io.postern.filters.builtin.grpcweb.GrpcWebFilterFactory;
import io.postern.filters.builtin.setmetadata.SetMetadataFilterFactory;
import io.postern.filters.builtin.statefulsession.StatefulSessionFilterFactory;
import io.postern.filters.opa.OpaFilterFactory;
import io.postern.filters.wasm.WasmFilterFactory;
import io.postern.filters.wasm.WasmLimits;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.SpanSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What exists: everything a gateway process is made of, constructed from top to bottom. No part
 * looks another one up.
 */
public final class Assembly implements AutoCloseable {
    private static final long ADMIN_RETRY_NANOS = 50_000_000;

    private final ExecutorService control;
    private final EventLoopGroup controlLoops;
    private final DnsClient names;
    private final WasmFilterFactory wasm;
    private final OpaFilterFactory opa;
    private final Gateway gateway;
    private final @Nullable LiveUpdates updates;
    private final @Nullable RolloutReporter reporter;
    private final ProcessView view;
    private volatile @Nullable AdminServer admin;
    private volatile @Nullable SocketOffer offer;

    /**
     * What a gateway process does not make itself.
     *
     * @param spans where those of plugins go
     * @param engine may have compiled modules already
     * @param management the one in this process; null: they are reached through the gateway's
     *     clusters
     * @param succession which processes it follows
     */
    record Surroundings(
            SpanSink spans,
            WasmEngine engine,
            @Nullable Management management,
            Succession succession) {
        /** A process on its own. */
        static Surroundings alone(Log log) {
            var engine = new WasmEngine(CacheDirectory.path());
            return new Surroundings(new SpanLog(log), engine, null, Succession.NONE);
        }
    }

    /**
     * A management server in this process.
     *
     * @param patience how long it may be silent before what is on disk is served
     */
    record Management(DiscoveryTransport transport, Duration patience) {}

    /** Starts the gateway, then its admin server. */
    public Assembly(LoadResult.Loaded loaded, int workers, Gateway.Drain drain, Log log) {
        this(loaded, workers, drain, log, Surroundings.alone(log));
    }

    /**
     * Starts the gateway, then its admin server.
     *
     * @param around what it does not make itself
     */
    Assembly(
            LoadResult.Loaded loaded,
            int workers,
            Gateway.Drain drain,
            Log log,
            Surroundings around) {
        Bootstrap config = loaded.bootstrap();
        WasmEngine engine = around.engine();
        Succession succession = around.succession();
        Clock clock = Clock.systemUTC();
        control = Executors.newVirtualThreadPerTaskExecutor();
        controlLoops =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
        names = new DnsClient(controlLoops.next());
        Path cache = CacheDirectory.path();

        wasm =
                new WasmFilterFactory(
                        engine,
                        cache,
                        WasmLimits.DEFAULT,
                        log,
                        new WasmClock(clock),
                        around.spans(),
                        control);
        opa = new OpaFilterFactory(engine, cache, clock, control);
        List<FilterFactory<?>> filters =
                List.of(
                        wasm,
                        opa,
                        new CorsFilterFactory(new Random()),
                        new GrpcWebFilterFactory(),
                        new ForwardProxyFilterFactory(),
                        new SetMetadataFilterFactory(),
                        new StatefulSessionFilterFactory(clock));

        var rollouts = new Rollouts((name, why) -> log.warn("rollout", name + " is left: " + why));
        var stats = new StatStore(workers);
        var accessLogs = new AccessLogs(stats);
        var settings =
                new Gateway.Settings(
                        workers,
                        new FilterRegistry(filters, rollouts),
                        stats,
                        accessLogs,
                        new FormatEnvironment(hostname(), System::getenv),
                        names,
                        clock,
                        drain);
        boolean later = loaded.parts().refers() || !config.dynamic().isNone();
        boolean changes = later || loaded.parts().changeable();
        gateway =
                Gateway.start(
                        later ? withoutResources(config) : config,
                        settings,
                        succession.predecessors());
        ProcessName self = succession.self();
        if (self != null) {
            control.execute(() -> offer = gateway.offerSockets(self));
        }
        Management management =
                around.management() == null
                        ? new Management(
                                new ManagementServers(gateway.firstWorker()), LiveParts.PATIENCE)
                        : around.management();
        updates =
                changes
                        ? new LiveUpdates(
                                config,
                                loaded.parts(),
                                gateway,
                                management.transport(),
                                management.patience(),
                                stats.shared(),
                                cache,
                                clock,
                                log)
                        : null;
        if (updates != null) {
            updates.start();
        }
        reporter =
                RolloutReporter.start(config, management.transport(), rollouts, new SecureRandom());
        whenReady(engine::endPreparation);
        view = new ProcessView(loaded, workers, gateway, updates, accessLogs, clock, log);
        if (config.admin() != null) {
            startAdmin(config.admin().address(), stats, !succession.predecessors().isEmpty(), log);
        }
    }

    // The one before may have the address until it ends.
    private void startAdmin(Address address, StatStore stats, boolean mayWait, Log log) {
        try {
            admin = admin(address, view, stats);
        } catch (UncheckedIOException e) {
            if (!mayWait) {
                throw e;
            }
            log.info("main", "the admin server waits for its address: " + e.getMessage());
            control.execute(() -> {
                while (admin == null && !control.isShutdown()) {
                    LockSupport.parkNanos(ADMIN_RETRY_NANOS);
                    try {
                        admin = admin(address, view, stats);
                    } catch (UncheckedIOException _) {
                        // still taken
                    }
                }
            });
        }
    }

    /** Runs a task when everything that a start waits for is served. */
    void whenReady(Runnable task) {
        if (updates == null) {
            task.run();
        } else {
            updates.whenReady(task);
        }
    }

    /** Whether there is something on disk that may be served before a server is heard. */
    boolean hasLastGood() {
        return updates != null && updates.hasLastGood();
    }

    /** What is served now and runs in the JVM as wasm. */
    Plugins pluginsToWarm() {
        return Plugins.of(
                gateway.listeners().stream().map(ActiveListener::config).toList(),
                List.of(wasm.quiet(), opa));
    }

    /** The data plane. */
    public Gateway gateway() {
        return gateway;
    }

    /** Stops accepting; /ready says so at once. */
    public void drain() {
        view.draining();
        gateway.drain();
        SocketOffer given = offer;
        AdminServer open = admin;
        if (given != null && given.taken() && open != null) {
            open.close(); // the next process listens there
        }
    }

    /** Where the admin server listens; null when there is none. */
    public @Nullable String adminAddress() {
        AdminServer open = admin;
        if (open == null) {
            return null;
        }
        InetSocketAddress address = open.address();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void close() {
        AdminServer open = admin;
        if (open != null) {
            open.close();
        }
        SocketOffer given = offer;
        if (given != null) {
            given.close();
        }
        if (reporter != null) {
            reporter.close();
        }
        if (updates != null) {
            updates.close();
        }
        gateway.close();
        names.close();
        var _ = controlLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        control.shutdownNow();
    }

    private static AdminServer admin(Address address, ProcessView view, StatStore stats) {
        if (!(address instanceof Address.Socket(String host, int port))) {
            throw new IllegalArgumentException(
                    "admin.address: " + address + " (expected: a socket_address)");
        }
        try {
            return AdminServer.start(
                    new InetSocketAddress(InetAddress.ofLiteral(host), port), view, stats);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "admin.address: cannot bind " + address + ": " + e.getMessage(), e);
        }
    }

    // The static ones, too, come with the first snapshot: they may refer to others.
    private static Bootstrap withoutResources(Bootstrap config) {
        return new Bootstrap(
                config.node(),
                config.admin(),
                List.of(),
                List.of(),
                config.services(),
                config.dynamic(),
                config.overload(),
                config.localCluster());
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "-";
        }
    }
}
