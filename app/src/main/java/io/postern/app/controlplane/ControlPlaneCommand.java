package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.identity.ListedNodes;
import io.postern.xds.server.identity.SpiffeNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code postern control-plane --resources DIR}: a management server for Postern and Envoy. */
public final class ControlPlaneCommand implements Command {
    private static final Flag RESOURCES =
            Flag.valued("DIR", "The folder with the documents.", "--resources");
    private static final Flag LISTEN =
            Flag.valued("ADDRESS", "For nodes (default: 127.0.0.1:18000).", "--listen");
    private static final Flag STORE =
            Flag.valued("DIR", "Where what was published is kept.", "--store");

    private static final Flag ADMIN =
            Flag.valued("ADDRESS", "For postern ctl (default: 127.0.0.1:18001).", "--admin");
    private static final Flag ADMIN_TOKEN =
            Flag.valued("FILE", "A token that postern ctl has to show.", "--admin-token-file");
    private static final Flag CERTIFICATE =
            Flag.valued("FILE", "The server's certificate, PEM.", "--tls-certificate");
    private static final Flag KEY =
            Flag.valued("FILE", "The key of the certificate, PEM.", "--tls-key");
    private static final Flag CLIENT_CA =
            Flag.valued("FILE", "Who signs the nodes' certificates, PEM.", "--client-ca");
    private static final Flag NODES =
            Flag.valued("FILE", "The nodes that may connect, and how they prove it.", "--nodes");

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
        return Stream.concat(
                        Stream.of(
                                RESOURCES,
                                LISTEN,
                                STORE,
                                ADMIN,
                                ADMIN_TOKEN,
                                CERTIFICATE,
                                KEY,
                                CLIENT_CA,
                                NODES),
                        Plugins.FLAGS.stream())
                .toList();
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
        InetSocketAddress listen = address(arguments, LISTEN, "127.0.0.1:18000");
        InetSocketAddress adminAt = address(arguments, ADMIN, "127.0.0.1:18001");
        Path folder = resources.toAbsolutePath().normalize();
        Path given = arguments.path(STORE);
        Path store = given == null ? StateDirectory.of(folder) : given;
        var log = new Log(System.err, Log.Level.INFO);
        var told = new ControlPlaneLog(log);
        XdsServer.Tls tls = tls(arguments);
        var plugins =
                new Plugins(
                        folder,
                        store,
                        Plugins.Registries.of(arguments),
                        Clock.systemUTC(),
                        text -> log.warn("oci", text));
        var settings =
                new ControlPlane.Settings(
                        folder,
                        store,
                        System.getenv(),
                        plugins,
                        Runtime.getRuntime().availableProcessors(),
                        gatekeeper(arguments, tls),
                        System.getProperty("user.name", "unknown"),
                        Clock.systemUTC(),
                        told,
                        told);
        Path token = arguments.path(ADMIN_TOKEN);
        try (ControlPlane plane = ControlPlane.start(settings);
                XdsServer server = plane.listen(listen, tls);
                AdminServer admin =
                        AdminServer.start(
                                adminAt,
                                plane,
                                token == null ? null : Files.readString(token).strip())) {
            log.info("xds", "serving nodes on " + text(listen, server.port()));
            log.info("xds", "serving postern ctl on " + text(adminAt, admin.port()));
            Thread tags = plugins.watchTags(plane::askForTags);
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("stop").unstarted(stopped::countDown));
            stopped.await();
            tags.interrupt();
        }
        return 0;
    }

    private static InetSocketAddress address(Arguments arguments, Flag flag, String otherwise) {
        String given = arguments.get(flag);
        return SocketAddresses.parse(flag.names().getLast(), given == null ? otherwise : given);
    }

    private static String text(InetSocketAddress address, int port) {
        return address.getAddress().getHostAddress() + ":" + port;
    }

    private static XdsServer.@Nullable Tls tls(Arguments arguments) {
        Path certificate = arguments.path(CERTIFICATE);
        Path key = arguments.path(KEY);
        Path clientCa = arguments.path(CLIENT_CA);
        if (certificate == null && key == null && clientCa == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new UsageException("--tls-certificate and --tls-key belong together");
        }
        return new XdsServer.Tls(certificate, key, clientCa);
    }

    private static Gatekeeper gatekeeper(Arguments arguments, XdsServer.@Nullable Tls tls)
            throws IOException {
        Path nodes = arguments.path(NODES);
        if (nodes != null) {
            return ListedNodes.read(nodes);
        }
        return tls != null && tls.clientCa() != null ? new SpiffeNames() : Gatekeeper.OPEN;
    }
}
