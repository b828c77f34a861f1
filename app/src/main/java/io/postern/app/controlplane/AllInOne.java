package io.postern.app.controlplane;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.local.LocalTransport;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A management server, and the gateway that is its only node. Control threads. */
public final class AllInOne implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final ControlPlane plane;
    private final GatewayProcess gateway;
    private final Thread tags;

    private AllInOne(ControlPlane plane, GatewayProcess gateway, Thread tags) {
        this.plane = plane;
        this.gateway = gateway;
        this.tags = tags;
    }

    /**
     * Starts both as {@code postern serve} does without options.
     *
     * @param documents the folder
     * @param state where the server keeps what it has to remember
     */
    public static AllInOne start(Path documents, Path state, int workers, Log log)
            throws IOException {
        var registries = Plugins.Registries.ORDINARY;
        ManagedFolder folder = ManagedFolder.of(documents, Store.in(state), registries, true, log);
        var told = ControlPlaneLog.withDifferences(log);
        var settings = folder.settings(Gatekeeper.OPEN, null, told);
        var bootstrap = ServeCommand.bootstrap(documents, null);
        return start(settings, folder.plugins(), bootstrap, workers, log);
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
        ControlPlane plane = ControlPlane.start(settings);
        var transport = new LocalTransport(plane.fleet(), plane.reports(), settings.clock());
        var drain = new Gateway.Drain(DRAIN, true);
        var gateway = GatewayProcess.startManaged(bootstrap, workers, drain, log, transport);
        return new AllInOne(plane, gateway, plugins.watchTags(plane));
    }

    ControlPlane plane() {
        return plane;
    }

    /** Waits for the gateway's end. */
    public void awaitStopped() throws InterruptedException {
        gateway.awaitStopped();
    }

    @Override
    public void close() throws IOException {
        tags.interrupt();
        gateway.stop();
        plane.close();
    }
}
