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
                                ADMIN,
                                ADMIN_TOKEN,
                                CERTIFICATE,
                                KEY,
                                CLIENT_CA,
                                NODES),
                        Stream.concat(ContentFlags.FLAGS.stream(), ManagedFolder.FLAGS.stream()))
                .toList();
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        Path resources = arguments.path(RESOURCES);
        if (resources == null) {
            throw new UsageException("control-plane: give a folder: --resources DIR");
        }
        InetSocketAddress listen = address(arguments, LISTEN, "127.0.0.1:18000");
        InetSocketAddress adminAt = address(arguments, ADMIN, "127.0.0.1:18001");
        var log = new Log(System.err, Log.Level.INFO);
        XdsServer.Tls tls = tls(arguments);
        var folder = ManagedFolder.of("--resources", resources, arguments, log);
        try (var content = ContentFlags.start(arguments, listen, tls != null, folder)) {
            var settings =
                    folder.settings(
                            gatekeeper(arguments, tls),
                            content == null ? null : content.content(),
                            new ControlPlaneLog(log));
            serve(settings, folder, new Addresses(listen, adminAt, tls), token(arguments));
        }
        return 0;
    }

    private record Addresses(
            InetSocketAddress listen, InetSocketAddress admin, XdsServer.@Nullable Tls tls) {}

    private static @Nullable String token(Arguments arguments) throws IOException {
        Path token = arguments.path(ADMIN_TOKEN);
        return token == null ? null : Files.readString(token).strip();
    }

    private static void serve(
            ControlPlane.Settings settings,
            ManagedFolder folder,
            Addresses at,
            @Nullable String token)
            throws IOException, InterruptedException {
        Log log = folder.log();
        try (ControlPlane plane = ControlPlane.start(settings);
                XdsServer server = plane.listen(at.listen(), at.tls());
                AdminServer admin = AdminServer.start(at.admin(), plane, token)) {
            log.info("xds", "serving nodes on " + text(at.listen(), server.port()));
            log.info("xds", "serving postern ctl on " + text(at.admin(), admin.port()));
            Thread tags = folder.plugins().watchTags(plane);
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("stop").unstarted(stopped::countDown));
            stopped.await();
            tags.interrupt();
        }
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
