package io.postern.app.controlplane;

import static java.util.Objects.requireNonNull;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.config.LoadResult;
import io.postern.config.snapshot.LiveParts;
import io.postern.core.Gateway;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.local.LocalTransport;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A gateway, and the management server whose only node it is. The gateway starts first; whenever
 * the server takes longer than its patience, it serves what it served last. Control threads.
 */
public final class AllInOne implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration MOST_LAST_GOOD = Duration.ofSeconds(2);

    private final GatewayProcess gateway;
    private final AwaitedServer server;
    private final Log log;
    private @Nullable ControlPlane plane;
    private @Nullable Thread tags;

    private AllInOne(GatewayProcess gateway, AwaitedServer server, Log log) {
        this.gateway = gateway;
        this.server = server;
        this.log = log;
    }

    /**
     * Starts the gateway alone with what it served the last time, if there is such a time; returns
     * when it does.
     *
     * @param node which last time is its own
     * @param admin for Envoy's admin API
     * @param preload what has been begun meanwhile
     */
    public static AllInOne ofLastGood(
            String node, InetSocketAddress admin, int workers, Preload preload, Log log)
            throws InterruptedException {
        LoadResult.Loaded bootstrap = ServeCommand.bootstrap(node, admin);
        var all = ofGateway(bootstrap, workers, Duration.ZERO, preload, log);
        if (all.gateway.hasLastGood()) {
            var _ = all.gateway.awaitReady(MOST_LAST_GOOD);
        }
        return all;
    }

    /**
     * Starts both.
     *
     * @param plugins those that {@code settings} has
     * @param bootstrap of the gateway
     */
    static AllInOne start(
            ControlPlane.Settings settings,
            Plugins plugins,
            LoadResult.Loaded bootstrap,
            int workers,
            Log log)
            throws IOException {
        var all = ofGateway(bootstrap, workers, LiveParts.PATIENCE, Preload.none(), log);
        try {
            all.follow(settings, plugins);
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
        return all;
    }

    private static AllInOne ofGateway(
            LoadResult.Loaded bootstrap, int workers, Duration patience, Preload preload, Log log) {
        var server = new AwaitedServer();
        var drain = new Gateway.Drain(DRAIN, true);
        var gateway =
                GatewayProcess.startManaged(
                        bootstrap, workers, drain, log, server, patience, preload);
        return new AllInOne(gateway, server, log);
    }

    /**
     * Starts the management server as {@code postern serve} does without options. Once.
     *
     * @param documents the folder
     * @param state where the server keeps what it has to remember
     */
    public void follow(Path documents, Path state) throws IOException {
        var registries = Plugins.Registries.ORDINARY;
        ManagedFolder folder = ManagedFolder.of(documents, Store.in(state), registries, true, log);
        var told = ControlPlaneLog.withDifferences(log);
        follow(folder.settings(Gatekeeper.OPEN, null, told), folder.plugins());
    }

    private void follow(ControlPlane.Settings settings, Plugins plugins) throws IOException {
        ControlPlane started = ControlPlane.start(settings);
        plane = started;
        tags = plugins.watchTags(started);
        server.serve(new LocalTransport(started.fleet(), started.reports(), settings.clock()));
    }

    /** Answers {@code postern ctl}; after {@link #follow}. */
    public AdminServer answerCtl(InetSocketAddress at) throws IOException {
        return AdminServer.start(at, plane(), null);
    }

    ControlPlane plane() {
        return requireNonNull(plane, "the management server has not been started");
    }

    /** The gateway. */
    public GatewayProcess gateway() {
        return gateway;
    }

    @Override
    public void close() throws IOException {
        if (tags != null) {
            tags.interrupt();
        }
        gateway.stop();
        if (plane != null) {
            plane.close();
        }
    }
}
