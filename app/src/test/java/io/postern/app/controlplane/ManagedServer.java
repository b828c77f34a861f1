package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A management server of a folder, as {@code postern control-plane} makes it, and its log. */
final class ManagedServer implements AutoCloseable {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Without registries of its own. */
    static final Plugins.Registries REGISTRIES = Plugins.Registries.ORDINARY;

    private final ByteArrayOutputStream log;
    private final Path resources;
    private final ControlPlane plane;
    private final List<Closeable> open = new ArrayList<>();

    private ManagedServer(ByteArrayOutputStream log, Path resources, ControlPlane plane) {
        this.log = log;
        this.resources = resources;
        this.plane = plane;
        open.add(plane::close);
    }

    static ManagedServer start(Path resources, Store store) throws IOException {
        return start(resources, store, Gatekeeper.OPEN, REGISTRIES);
    }

    static ManagedServer start(
            Path resources, Store store, Gatekeeper gatekeeper, Plugins.Registries registries)
            throws IOException {
        var octets = new ByteArrayOutputStream();
        var log = new Log(new PrintStream(octets, true, StandardCharsets.UTF_8), Log.Level.INFO);
        var folder = ManagedFolder.of(resources, store, registries, true, log);
        var told = ControlPlaneLog.withDifferences(log);
        ControlPlane plane = ControlPlane.start(folder.settings(gatekeeper, null, told));
        var server = new ManagedServer(octets, resources, plane);
        Thread tags = folder.plugins().watchTags(plane);
        server.open.add(tags::interrupt);
        return server;
    }

    ControlPlane plane() {
        return plane;
    }

    /** The number of the publication that nodes get. */
    long served() {
        return plane.fleet().publication().revision();
    }

    /** Serves nodes on a port. */
    int listen(XdsServer.@Nullable Tls tls) throws IOException {
        XdsServer server = plane.listen(ANY, tls);
        open.add(server::close);
        return server.port();
    }

    /** Changes a document, all of it at once. */
    void write(String file, String text) throws IOException {
        Path fresh = Files.writeString(resources.resolve(".fresh"), text);
        Files.move(fresh, resources.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    String said() {
        return log.toString(StandardCharsets.UTF_8);
    }

    void awaitSaid(String text) {
        Awaitility.await().atMost(PATIENCE).until(() -> said().contains(text));
    }

    /** What {@code postern ctl} prints. */
    String ctl(String... words) throws Exception {
        try (AdminServer admin = AdminServer.start(ANY, plane, "secret")) {
            Path token = Files.createTempFile("token", "");
            Files.writeString(token, "secret\n");
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(
                    List.of("--server", "127.0.0.1:" + admin.port(), "--token-file", "" + token));
            var command = new CtlCommand();
            var out = new StringWriter();
            var writer = new PrintWriter(out, true);
            command.run(Arguments.parse(command.flags(), all), writer, writer);
            Files.delete(token);
            return out.toString();
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : open.reversed()) {
            one.close();
        }
        open.clear();
    }
}
