package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code postern control-plane --resources DIR}: a management server for Postern and Envoy. */
public final class ControlPlaneCommand implements Command {
    private static final Flag RESOURCES =
            Flag.valued("DIR", "The folder with the documents.", "--resources");
    private static final Flag LISTEN =
            Flag.valued("ADDRESS", "For nodes (default: 127.0.0.1:18000).", "--listen");
    private static final Flag STORE =
            Flag.valued("DIR", "Where what was published is kept.", "--store");

    @Override
    public String name() {
        return "control-plane";
    }

    @Override
    public String summary() {
        return "Runs a management server: documents in, xDS out.";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Flag> flags() {
        return List.of(RESOURCES, LISTEN, STORE);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        Path resources = arguments.path(RESOURCES);
        if (resources == null) {
            throw new UsageException("control-plane: give a folder: --resources DIR");
        }
        if (!Files.isDirectory(resources)) {
            throw new UsageException("--resources " + resources + ": not a folder");
        }
        String given = arguments.get(LISTEN);
        InetSocketAddress listen =
                SocketAddresses.parse("--listen", given == null ? "127.0.0.1:18000" : given);
        Path store = arguments.path(STORE);
        var log = new Log(System.err, Log.Level.INFO);
        var told = new ControlPlaneLog(log);
        var settings =
                new ControlPlane.Settings(
                        resources,
                        store == null ? StateDirectory.of(resources) : store,
                        System.getenv(),
                        Runtime.getRuntime().availableProcessors(),
                        Gatekeeper.OPEN,
                        System.getProperty("user.name", "unknown"),
                        Clock.systemUTC(),
                        told,
                        told);
        try (ControlPlane plane = ControlPlane.start(settings);
                XdsServer server = plane.listen(listen, null)) {
            log.info(
                    "xds",
                    "serving nodes on "
                            + listen.getAddress().getHostAddress()
                            + ":"
                            + server.port());
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("stop").unstarted(stopped::countDown));
            stopped.await();
        }
        return 0;
    }
}
