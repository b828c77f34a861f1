package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.app.Log;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.grpc.XdsServer;
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
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of {@code docs/control-plane.md}, served to real Envoys and Posterns. */
@Timeout(120)
class ControlPlaneIT {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path resources = Path.of("");
    private List<String> examples = List.of();
    private Set<String> plainHttp = Set.of();

    @BeforeEach
    void read() throws IOException {
        resources = Files.createDirectory(folder.resolve("resources"));
        examples =
                YAML.matcher(Files.readString(Path.of("../docs/control-plane.md")))
                        .results()
                        .map(block -> block.group(1))
                        .toList();
        write("edge.yaml", examples.getFirst());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private void write(String file, String text) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.writeString(fresh, text);
        Files.move(
                fresh, resources.resolve(file), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private ControlPlane start(Gatekeeper gatekeeper) throws IOException {
        var out = new PrintStream(log, true, StandardCharsets.UTF_8);
        var told = ControlPlaneLog.withDifferences(new Log(out, Log.Level.INFO));
        var plane =
                ControlPlane.start(
                        new ControlPlane.Settings(
                                resources,
                                Store.in(folder.resolve("store")),
                                Map.of(),
                                plugins(),
                                null,
                                true,
                                2,
                                gatekeeper,
                                "me",
                                Clock.systemUTC(),
                                told,
                                told));
        open.add(plane);
        return plane;
    }

    private Plugins plugins() {
        return new Plugins(
                resources,
                folder.resolve("store"),
                new Plugins.Registries(plainHttp, null, Duration.ofMillis(200)),
                Clock.systemUTC(),
                text -> {});
    }

    private int listen(ControlPlane plane) throws IOException {
        XdsServer server = plane.listen(ANY, null);
        open.add(server);
        return server.port();
    }

    private Node join(String product, String id, String variant, int port) throws Exception {
        Node node =
                product.equals("envoy")
                        ? Node.envoy(id, variant, port, folder)
                        : Node.postern(id, variant, port);
        open.add(node);
        return node;
    }

    private static void awaitAnswer(Node node, String expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> node.get().equals(expected));
    }

    private String said() {
        return log.toString(StandardCharsets.UTF_8);
    }

    private void awaitSaid(String text) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> said().contains(text));
    }

    @ParameterizedTest
    @CsvSource({"envoy, GRPC", "envoy, DELTA_GRPC", "postern, GRPC", "postern, DELTA_GRPC"})
    void routesArriveChangesArriveAndWhatIsBadChangesNothing(String product, String variant)
            throws Exception {
        // Given
        ControlPlane plane = start(Gatekeeper.OPEN);
        String id = product + "-" + variant;
        Node node = join(product, id, variant, listen(plane));
        awaitAnswer(node, "version 1");
        // When a document changes
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        // Then
        awaitAnswer(node, "version 2");
        awaitSaid("+ virtual_hosts[0].routes[0].direct_response.body");
        // When it is bad
        write("edge.yaml", examples.getFirst().replace("prefix: /", "prefiks: /"));
        awaitSaid("edge.yaml:21:");
        assertThat(node.get()).isEqualTo("version 2");
        // When a node cannot do what it is told: nobody has this address
        String elsewhere = examples.getFirst().replace("address: 127.0.0.1", "address: 192.0.2.1");
        write("edge.yaml", elsewhere.replace("name: main", "name: other"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(plane.fleet().status(true))
                                .flatExtracting(one -> one.complaints().values())
                                .anySatisfy(text -> assertThat(text).contains("192.0.2.1")));
        awaitSaid("node '" + id + "' of 'edge' refuses LISTENER");
        // When it is good again
        write("edge.yaml", examples.getFirst().replace("version 1", "version 3"));
        awaitAnswer(node, "version 3");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(plane.fleet().status(true))
                                .flatExtracting(one -> one.complaints().values())
                                .isEmpty());
    }

    @Test
    void everyExampleOfTheDocumentationIsUnderstood() throws Exception {
        write("more.yaml", examples.get(1));
        write(".hidden.yaml", "not: read");
        ControlPlane plane = start(Gatekeeper.OPEN);
        assertThat(plane.findings()).containsOnlyKeys("edge.yaml", "more.yaml");
        assertThat(plane.findings().values()).allSatisfy(said -> assertThat(said).isEmpty());
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), examples.get(2));
        assertThat(io.postern.xds.server.identity.ListedNodes.read(nodes)).isNotNull();
    }

    @Test
    void aNodeMayNotAskAsSomebodyElse() throws Exception {
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), examples.get(2));
        ControlPlane plane = start(io.postern.xds.server.identity.ListedNodes.read(nodes));
        join("postern", "edge-1", "DELTA_GRPC", listen(plane));
        awaitSaid("what was shown does not prove that this is 'edge-1'");
        assertThat(plane.fleet().status(false)).isEmpty();
    }

    @Test
    void ctlShowsNodesAndHistoryAndGoesBackUntilADocumentChanges() throws Exception {
        // Given
        ControlPlane plane = start(Gatekeeper.OPEN);
        AdminServer admin = AdminServer.start(ANY, plane, "secret");
        open.add(admin);
        Node node = join("postern", "edge-1", "DELTA_GRPC", listen(plane));
        awaitAnswer(node, "version 1");
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        awaitAnswer(node, "version 2");
        // Then
        assertThat(ctl(admin, "status")).contains("revision 2", "OK edge.yaml");
        assertThat(ctl(admin, "nodes")).contains("edge-1  edge  postern  delta  revision 2");
        assertThat(ctl(admin, "nodes", "edge-1"))
                .contains("acked  envoy.config.route.v3.RouteConfiguration  routes");
        assertThat(ctl(admin, "history")).contains("~ routes 'routes' (edge.yaml)");
        assertThat(ctl(admin, "diff", "1", "2"))
                .contains("inline_string: version 1", "inline_string: version 2");
        // When
        assertThat(ctl(admin, "rollback", "1")).contains("back to revision 1");
        // Then
        awaitAnswer(node, "version 1");
        assertThat(ctl(admin, "status")).contains("held until the documents change");
        // When
        write("edge.yaml", examples.getFirst().replace("version 1", "version 4"));
        // Then
        awaitAnswer(node, "version 4");
        assertThat(ctl(admin, "status", "--format", "json")).contains("\"revision\": 4");
        assertThat(ctl(admin, "rollback", "77")).contains("revision 77 is not kept");
    }

    private String ctl(AdminServer admin, String... words) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--server", "127.0.0.1:" + admin.port(), "--token-file", "" + token));
        var command = new CtlCommand();
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        command.run(io.postern.app.cli.Arguments.parse(command.flags(), all), writer, writer);
        return out.toString();
    }

    @Test
    void theLastGoodVersionSurvivesARestartThatFindsADocumentBroken() throws Exception {
        // Given
        try (ControlPlane first = start(Gatekeeper.OPEN)) {
            assertThat(first.newest().number()).isEqualTo(1);
        }
        write("edge.yaml", "resources: [");
        // When
        ControlPlane second = start(Gatekeeper.OPEN);
        Node node = join("postern", "edge-1", "GRPC", listen(second));
        // Then
        awaitAnswer(node, "version 1");
        assertThat(second.newest().number()).isEqualTo(1);
        assertThat(second.findings().get("edge.yaml")).isNotEmpty();
    }

    @Test
    void twoServersDoNotWriteToOneStore() throws Exception {
        ControlPlane first = start(Gatekeeper.OPEN);
        assertThatThrownBy(() -> start(Gatekeeper.OPEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another server keeps its state in " + folder);
        first.close();
        assertThat(start(Gatekeeper.OPEN).newest().number()).isEqualTo(1);
    }

    @Test
    void aFullDiskChangesNothingAndTheChangeIsServedWhenThereIsRoom() throws Exception {
        // Given
        ControlPlane plane = start(Gatekeeper.OPEN);
        Path next = folder.resolve("store/revisions/0000000002.revision.tmp");
        Files.createSymbolicLink(next, Path.of("/dev/full"));
        // When
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        // Then
        awaitSaid("not published, since it cannot be kept: java.io.IOException: No space left");
        assertThat(plane.newest().number()).isEqualTo(1);
        assertThat(plane.fleet().publication().revision()).isEqualTo(1);
        // When what is in the way has gone with the first try
        awaitSaid("revision 2 is served");
        // Then
        assertThat(plane.newest().groups().toString()).contains("version 2");
    }

    @Test
    void aFleetOfEnvoysAndPosternsFollowsTogether() throws Exception {
        // Given
        int envoys = Integer.getInteger("postern.fleet.envoys", 3);
        int posterns = Integer.getInteger("postern.fleet.posterns", 2);
        ControlPlane plane = start(Gatekeeper.OPEN);
        int port = listen(plane);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < envoys + posterns; i++) {
            String variant = i % 2 == 0 ? "GRPC" : "DELTA_GRPC";
            nodes.add(join(i < envoys ? "envoy" : "postern", "node-" + i, variant, port));
        }
        nodes.forEach(node -> awaitAnswer(node, "version 1"));
        // When
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        // Then
        nodes.forEach(node -> awaitAnswer(node, "version 2"));
        assertThat(plane.fleet().status(false))
                .hasSize(nodes.size())
                .extracting(NodeStatus::revision)
                .containsOnly(2L);
    }
}
