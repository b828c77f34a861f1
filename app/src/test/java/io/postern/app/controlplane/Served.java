package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.Log;
import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.app.differential.Ports;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.rollout.Trial;
import io.postern.xds.server.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A folder of documents for {@code postern serve}: written, served in this process, and asked about
 * as {@code postern ctl} asks. Confined to the test's thread.
 */
final class Served {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Plugins.Registries NO_REGISTRIES = Plugins.Registries.ORDINARY;
    private static final Duration STEP = Duration.ofMillis(20);

    private static final String GATEWAY =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: postern
              listeners: [{name: http, port: PORT, protocol: HTTP}]
            """;
    private static final String FORWARDING =
            GATEWAY
                    + """
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: all}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                      - backendRefs: [{group: postern.io, kind: Backend, name: echo}]
                    ---
                    apiVersion: postern.io/v1alpha1
                    kind: Backend
                    metadata: {name: echo}
                    spec: {endpoints: [{address: 127.0.0.1, port: ECHO}]}
                    """;
    private static final String REDIRECTING =
            GATEWAY
                    + """
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: away}
                    spec:
                      parentRefs: [{name: edge}]
                      rules:
                      - filters: [{type: RequestRedirect, requestRedirect: {hostname: one.example}}]
                    """;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Path folder;
    private final int port;

    /**
     * Nothing is served yet.
     *
     * @param folder for documents and what the server keeps
     */
    Served(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectory(resources());
        port = new Ports(new SecureRandom()).free();
    }

    Path resources() {
        return folder.resolve("resources");
    }

    /** For a Gateway's listener. */
    int port() {
        return port;
    }

    /**
     * Documents: a Gateway {@code edge} on {@link #port()} whose requests all go to a port here.
     */
    String forwarding(int echo) {
        return FORWARDING.replace("PORT", "" + port).replace("ECHO", "" + echo);
    }

    /**
     * Documents: a Gateway {@code edge} on {@link #port()}, and a route {@code away} to
     * one.example.
     */
    String redirecting() {
        return REDIRECTING.replace("PORT", "" + port);
    }

    String log() {
        return log.toString(UTF_8);
    }

    /** At once or not at all. */
    void write(String file, String text) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), text);
        Files.move(fresh, resources().resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    AllInOne start() throws IOException {
        return start(NO_REGISTRIES);
    }

    AllInOne start(Plugins.Registries registries) throws IOException {
        ManagedFolder managed = managed(registries);
        var told = ControlPlaneLog.withDifferences(managed.log());
        var settings = managed.settings(Gatekeeper.OPEN, null, told);
        var bootstrap = ServeCommand.bootstrap(ServeCommand.nodeOf(resources()), null);
        return AllInOne.start(settings, managed.plugins(), bootstrap, 2, managed.log());
    }

    private ManagedFolder managed(Plugins.Registries registries) {
        var out = new Log(new PrintStream(log, true, UTF_8), Log.Level.INFO);
        var store = Store.in(folder.resolve("store"));
        return ManagedFolder.of(resources(), store, registries, true, out);
    }

    /** A management server for other processes' nodes. Closing ends it. */
    record Remote(ControlPlane plane, XdsServer server, ContentFlags.Serving content, Thread tags)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            tags.interrupt();
            server.close();
            plane.close();
            content.close();
        }
    }

    Remote startRemote() throws IOException {
        return startRemote(NO_REGISTRIES);
    }

    /** As {@code postern control-plane} does, with plugins by their digests. */
    Remote startRemote(Plugins.Registries registries) throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ManagedFolder managed = managed(registries);
        ContentFlags.Serving content = ContentFlags.start(any, null, managed);
        var told = new ControlPlaneLog(managed.log());
        ControlPlane plane =
                ControlPlane.start(managed.settings(Gatekeeper.OPEN, content.content(), told));
        Thread tags = managed.plugins().watchTags(plane);
        return new Remote(plane, plane.listen(any, null), content, tags);
    }

    /** Of the only rollout. */
    static RolloutStatus status(ControlPlane plane) {
        try {
            return plane.rollouts().getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitState(ControlPlane plane, Trial.State state) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(STEP)
                .untilAsserted(() -> {
                    assertThat(plane.rollouts()).isNotEmpty();
                    assertThat(status(plane).trial().state())
                            .as("%s", status(plane))
                            .isEqualTo(state);
                });
    }

    /** What {@code postern ctl} says. */
    static String ctl(ControlPlane plane, String... words) throws Exception {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (AdminServer admin = AdminServer.start(any, plane, null)) {
            var program = new Program("postern", "", () -> "", List.<Command>of(new CtlCommand()));
            var printed = new StringWriter();
            var out = new PrintWriter(printed, true);
            var line = new ArrayList<>(List.of("ctl"));
            line.addAll(List.of(words));
            line.addAll(List.of("--server", "127.0.0.1:" + admin.port()));
            assertThat(program.run(line, out, out)).as("%s", printed).isZero();
            return printed.toString();
        }
    }
}
