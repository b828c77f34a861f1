package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @TempDir Path folder = Path.of("");
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path resources = Path.of("");
    private List<String> examples = List.of();

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

    private ManagedServer start(Gatekeeper gatekeeper) throws IOException {
        var server =
                ManagedServer.start(
                        resources,
                        Store.in(folder.resolve("store")),
                        gatekeeper,
                        ManagedServer.REGISTRIES);
        open.add(server);
        return server;
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

    @ParameterizedTest
    @CsvSource({"envoy, GRPC", "envoy, DELTA_GRPC", "postern, GRPC", "postern, DELTA_GRPC"})
    void routesArriveChangesArriveAndWhatIsBadChangesNothing(String product, String variant)
            throws Exception {
        // Given
        ManagedServer server = start(Gatekeeper.OPEN);
        String id = product + "-" + variant;
        Node node = join(product, id, variant, server.listen(null));
        awaitAnswer(node, "version 1");
        // When a document changes
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        // Then
        awaitAnswer(node, "version 2");
        server.awaitSaid("+ virtual_hosts[0].routes[0].direct_response.body");
        // When it is bad
        write("edge.yaml", examples.getFirst().replace("prefix: /", "prefiks: /"));
        server.awaitSaid("edge.yaml:21:");
        assertThat(node.get()).isEqualTo("version 2");
        // When a node cannot do what it is told: nobody has this address
        String elsewhere = examples.getFirst().replace("address: 127.0.0.1", "address: 192.0.2.1");
        write("edge.yaml", elsewhere.replace("name: main", "name: other"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(server.plane().fleet().status(true))
                                .flatExtracting(one -> one.complaints().values())
                                .anySatisfy(text -> assertThat(text).contains("192.0.2.1")));
        server.awaitSaid("node '" + id + "' of 'edge' refuses LISTENER");
        // When it is good again
        write("edge.yaml", examples.getFirst().replace("version 1", "version 3"));
        awaitAnswer(node, "version 3");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(server.plane().fleet().status(true))
                                .flatExtracting(one -> one.complaints().values())
                                .isEmpty());
    }

    @Test
    void everyExampleOfTheDocumentationIsUnderstood() throws Exception {
        write("more.yaml", examples.get(1));
        write(".hidden.yaml", "not: read");
        ManagedServer server = start(Gatekeeper.OPEN);
        assertThat(server.plane().findings()).containsOnlyKeys("edge.yaml", "more.yaml");
        assertThat(server.plane().findings().values())
                .allSatisfy(said -> assertThat(said).isEmpty());
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), examples.get(2));
        assertThat(io.postern.xds.server.identity.ListedNodes.read(nodes)).isNotNull();
    }

    @Test
    void aNodeMayNotAskAsSomebodyElse() throws Exception {
        Path nodes = Files.writeString(folder.resolve("nodes.yaml"), examples.get(2));
        ManagedServer server = start(io.postern.xds.server.identity.ListedNodes.read(nodes));
        join("postern", "edge-1", "DELTA_GRPC", server.listen(null));
        server.awaitSaid("what was shown does not prove that this is 'edge-1'");
        assertThat(server.plane().fleet().status(false)).isEmpty();
    }

    @Test
    void ctlShowsNodesAndHistoryAndGoesBackUntilADocumentChanges() throws Exception {
        // Given
        ManagedServer server = start(Gatekeeper.OPEN);
        Node node = join("postern", "edge-1", "DELTA_GRPC", server.listen(null));
        awaitAnswer(node, "version 1");
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        awaitAnswer(node, "version 2");
        // Then
        assertThat(server.ctl("status")).contains("revision 2", "OK edge.yaml");
        assertThat(server.ctl("nodes")).contains("edge-1  edge  postern  delta  revision 2");
        assertThat(server.ctl("nodes", "edge-1"))
                .contains("acked  envoy.config.route.v3.RouteConfiguration  routes");
        assertThat(server.ctl("history")).contains("~ routes 'routes' (edge.yaml)");
        assertThat(server.ctl("diff", "1", "2"))
                .contains("inline_string: version 1", "inline_string: version 2");
        // When
        assertThat(server.ctl("rollback", "1")).contains("back to revision 1");
        // Then
        awaitAnswer(node, "version 1");
        assertThat(server.ctl("status")).contains("held until the documents change");
        // When
        write("edge.yaml", examples.getFirst().replace("version 1", "version 4"));
        // Then
        awaitAnswer(node, "version 4");
        assertThat(server.ctl("status", "--format", "json")).contains("\"revision\": 4");
        assertThat(server.ctl("rollback", "77")).contains("revision 77 is not kept");
    }

    @Test
    void theLastGoodVersionSurvivesARestartThatFindsADocumentBroken() throws Exception {
        // Given
        try (ManagedServer first = start(Gatekeeper.OPEN)) {
            assertThat(first.plane().newest().number()).isEqualTo(1);
        }
        write("edge.yaml", "resources: [");
        // When
        ManagedServer second = start(Gatekeeper.OPEN);
        Node node = join("postern", "edge-1", "GRPC", second.listen(null));
        // Then
        awaitAnswer(node, "version 1");
        assertThat(second.plane().newest().number()).isEqualTo(1);
        assertThat(second.plane().findings().get("edge.yaml")).isNotEmpty();
    }

    @Test
    void twoServersDoNotWriteToOneStore() throws Exception {
        ManagedServer first = start(Gatekeeper.OPEN);
        assertThatThrownBy(() -> start(Gatekeeper.OPEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another server keeps its state in " + folder);
        first.close();
        assertThat(start(Gatekeeper.OPEN).plane().newest().number()).isEqualTo(1);
    }

    @Test
    void aFullDiskChangesNothingAndTheChangeIsServedWhenThereIsRoom() throws Exception {
        // Given
        ManagedServer server = start(Gatekeeper.OPEN);
        Path next = folder.resolve("store/revisions/0000000002.revision.tmp");
        Files.createSymbolicLink(next, Path.of("/dev/full"));
        // When
        write("edge.yaml", examples.getFirst().replace("version 1", "version 2"));
        // Then
        server.awaitSaid(
                "not published, since it cannot be kept: java.io.IOException: No space left");
        assertThat(server.plane().newest().number()).isEqualTo(1);
        assertThat(server.plane().fleet().publication().revision()).isEqualTo(1);
        // When what is in the way has gone with the first try
        server.awaitSaid("revision 2 is served");
        // Then
        assertThat(server.plane().newest().groups().toString()).contains("version 2");
    }

    @Test
    void aFleetOfEnvoysAndPosternsFollowsTogether() throws Exception {
        // Given
        int envoys = Integer.getInteger("postern.fleet.envoys", 3);
        int posterns = Integer.getInteger("postern.fleet.posterns", 2);
        ManagedServer server = start(Gatekeeper.OPEN);
        int port = server.listen(null);
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
        assertThat(server.plane().fleet().status(false))
                .hasSize(nodes.size())
                .extracting(NodeStatus::revision)
                .containsOnly(2L);
    }
}
