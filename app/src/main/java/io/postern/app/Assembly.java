package io.postern.app;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.postern.config.LoadResult;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.core.Gateway;
import io.postern.core.admin.AdminServer;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.rollout.Rollouts;
import io.postern.core.upstream.dns.DnsClient;
import io.postern.filters.builtin.cors.CorsFilterFactory;
import io.postern.filters.builtin.forwardproxy.ForwardProxyFilterFactory;
import io.postern.filters.builtin.grpcweb.GrpcWebFilterFactory;
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
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What exists: everything a gateway process is made of, constructed from top to bottom. No part
 * looks another one up.
 */
public final class Assembly implements AutoCloseable {
    private final ExecutorService control;
    private final EventLoopGroup controlLoops;
    private final DnsClient names;
    private final Gateway gateway;
    private final @Nullable LiveUpdates updates;
    private final ProcessView view;
    private final @Nullable AdminServer admin;

    /** Starts the gateway, then its admin server. */
    public Assembly(LoadResult.Loaded loaded, int workers, Gateway.Drain drain, Log log) {
        this(
                loaded,
                workers,
                drain,
                log,
                new SpanLog(log),
                new WasmEngine(CacheDirectory.path()),
                null);
    }

    /**
     * Starts the gateway, then its admin server.
     *
     * @param spans where those of plugins go
     * @param engine may have compiled modules already
     * @param management how management servers are reached; null: through the gateway's clusters
     */
    Assembly(
            LoadResult.Loaded loaded,
            int workers,
            Gateway.Drain drain,
            Log log,
            SpanSink spans,
            WasmEngine engine,
            @Nullable DiscoveryTransport management) {
        Bootstrap config = loaded.bootstrap();
        Clock clock = Clock.systemUTC();
        control = Executors.newVirtualThreadPerTaskExecutor();
        controlLoops =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
        names = new DnsClient(controlLoops.next());
        Path cache = CacheDirectory.path();

        List<FilterFactory<?>> filters =
                List.of(
                        new WasmFilterFactory(
                                engine,
                                cache,
                                WasmLimits.DEFAULT,
                                log,
                                new WasmClock(clock),
                                spans,
                                control),
                        new OpaFilterFactory(engine, clock, control),
                        new CorsFilterFactory(new Random()),
                        new GrpcWebFilterFactory(),
                        new ForwardProxyFilterFactory());

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
        gateway = Gateway.start(later ? withoutResources(config) : config, settings);
        updates =
                changes
                        ? new LiveUpdates(
                                config,
                                loaded.parts(),
                                gateway,
                                management == null
                                        ? new ManagementServers(gateway.firstWorker())
                                        : management,
                                stats.shared(),
                                cache,
                                clock,
                                log)
                        : null;
        if (updates != null) {
            updates.start();
        }
        engine.endPreparation();
        view = new ProcessView(loaded, workers, gateway, updates, accessLogs, clock, log);
        admin = config.admin() == null ? null : admin(config.admin().address(), view, stats);
    }

    /** The data plane. */
    public Gateway gateway() {
        return gateway;
    }

    /** Stops accepting; /ready says so at once. */
    public void drain() {
        view.draining();
        gateway.drain();
    }

    /** Where the admin server listens; null when there is none. */
    public @Nullable String adminAddress() {
        if (admin == null) {
            return null;
        }
        InetSocketAddress address = admin.address();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
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
