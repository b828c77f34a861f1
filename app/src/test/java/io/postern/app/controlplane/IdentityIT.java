package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.identity.ListedNodes;
import io.postern.xds.server.identity.SpiffeNames;
import io.postern.xds.server.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Envoys and Posterns that prove who they are: by certificates of SPIFFE, by tokens. */
@Timeout(120)
class IdentityIT {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<AutoCloseable> open = new ArrayList<>();
    private List<String> examples = List.of();

    @BeforeEach
    void read() throws IOException {
        examples =
                YAML.matcher(Files.readString(Path.of("../docs/control-plane.md")))
                        .results()
                        .map(block -> block.group(1))
                        .toList();
        Files.createDirectory(folder.resolve("resources"));
        Files.writeString(folder.resolve("resources/edge.yaml"), examples.getFirst());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private ControlPlane start(Gatekeeper gatekeeper) throws IOException {
        var out = new Log(new PrintStream(log, true, StandardCharsets.UTF_8), Log.Level.INFO);
        var registries = Plugins.Registries.ORDINARY;
        var managed =
                ManagedFolder.of(
                        folder.resolve("resources"),
                        Store.in(folder.resolve("store")),
                        registries,
                        true,
                        out);
        var told = new ControlPlaneLog(out);
        ControlPlane plane = ControlPlane.start(managed.settings(gatekeeper, null, told));
        open.add(plane);
        return plane;
    }

    private int listen(ControlPlane plane, XdsServer.@Nullable Tls tls) throws IOException {
        XdsServer server = plane.listen(ANY, tls);
        open.add(server);
        return server.port();
    }

    private Node join(String product, String id, String bootstrap) throws Exception {
        Node node =
                product.equals("envoy")
                        ? Node.envoy(id, bootstrap, folder)
                        : Node.postern(id, bootstrap);
        open.add(node);
        return node;
    }

    // As ctl prints it.
    private static String bootstrap(String id, int port, List<String> proof) throws Exception {
        List<String> words = new ArrayList<>(List.of("bootstrap", "--id=" + id, "--cluster=edge"));
        words.add("--xds=127.0.0.1:" + port);
        words.addAll(proof);
        var command = new CtlCommand();
        var printed = new StringWriter();
        var out = new PrintWriter(printed, true);
        command.run(Arguments.parse(command.flags(), words), out, out);
        return printed.toString();
    }

    private Path write(String name, String pem) throws IOException {
        return Files.writeString(folder.resolve(name), pem);
    }

    private void awaitSaid(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> log.toString(StandardCharsets.UTF_8).contains(text));
    }

    private static void awaitAnswer(Node node) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> node.get().equals("version 1"));
    }

    private static void assertOnly(ControlPlane plane, String id) {
        assertThat(plane.fleet().status(false))
                .extracting(status -> status.node().id())
                .containsOnly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "postern"})
    void aNodeIsWhoItsCertificateSaysAndNobodyElse(String product) throws Exception {
        // Given
        X509Bundle ca =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=nodes")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        var server =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=control-plane")
                        .addSanDnsName("control-plane")
                        .buildIssuedBy(ca);
        var client =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=edge")
                        .addSanUriName("spiffe://example.org/gateways/edge-1")
                        .buildIssuedBy(ca);
        Path authority = write("ca.pem", ca.getCertificatePEM());
        Path chain = write("node.pem", client.getCertificatePathPEM());
        Path key = write("node-key.pem", client.getPrivateKeyPEM());
        ControlPlane plane = start(new SpiffeNames());
        int port =
                listen(
                        plane,
                        new XdsServer.Tls(
                                write("server.pem", server.getCertificatePathPEM()),
                                write("server-key.pem", server.getPrivateKeyPEM()),
                                authority));
        String socket =
                examples.get(3)
                        .replace("ca.pem", authority.toString())
                        .replace("node-key.pem", key.toString())
                        .replace("node.pem", chain.toString())
                        .indent(4);
        // When it asks as itself
        String own =
                bootstrap(
                        "edge-1",
                        port,
                        List.of(
                                "--tls-ca=" + authority,
                                "--tls-certificate=" + chain,
                                "--tls-key=" + key,
                                "--tls-server-name=control-plane"));
        Node node = join(product, "edge-1", own);
        // Then
        awaitAnswer(node);
        // When it asks as somebody else
        String other = Node.bootstrap("edge-2", "DELTA_GRPC", port);
        join(product, "edge-2", other.replace("    connect_timeout: 5s\n", socket));
        // Then
        awaitSaid("spiffe://example.org/gateways/edge-1 may not ask as 'edge-2' of 'edge'");
        assertOnly(plane, "edge-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "postern"})
    void aNodeOfTheListShowsItsToken(String product) throws Exception {
        // Given
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), examples.get(2));
        ControlPlane plane = start(ListedNodes.read(nodes));
        int port = listen(plane, null);
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        String own = bootstrap("edge-2", port, List.of("--node-token=" + token));
        // When
        Node node = join(product, "edge-2", own);
        // Then
        awaitAnswer(node);
        // When somebody does not know it
        join(product, "thief", own.replace("Bearer secret", "Bearer guess"));
        // Then
        awaitSaid("what was shown does not prove that this is 'edge-2'");
        assertOnly(plane, "edge-2");
    }
}
