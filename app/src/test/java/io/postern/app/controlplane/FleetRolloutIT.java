package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.rollout.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollouts on nodes of other processes: real Envoys, which move group by group, and a Postern that
 * reports over gRPC. The nodes share a port, so that clients meet all of them.
 */
@Timeout(180)
class FleetRolloutIT {
    private static final String CANARY =
            """
            apiVersion: postern.io/v1alpha1
            kind: NodeGroup
            metadata: {name: canary}
            spec: {ids: [envoy-1]}
            """;
    private static final String GROUPS = "{envoys: [{nodeGroup: canary, for: 1s}, {for: 1s}]}";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Path folder;
    private final Served served;
    private final VersionedPlugin plugin;
    private final List<Node> nodes = new ArrayList<>();

    FleetRolloutIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        served = new Served(folder);
        plugin = new VersionedPlugin(served);
        Files.copy(VersionedPlugin.MODULE, served.resources().resolve("versions.wasm"));
        Files.write(served.resources().resolve("broken.wasm"), "\0asm\1\0\0\0no".getBytes(UTF_8));
        served.write("canary.yaml", CANARY);
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        plugin.close();
    }

    private void plugin(String module, String config, String rollout) throws IOException {
        plugin.write("file://" + module, config, "rollout: " + rollout);
    }

    private void envoys(int count, Served.Remote remote) throws Exception {
        for (int i = 1; i <= count; i++) {
            nodes.add(Node.envoy("envoy-" + i, "DELTA_GRPC", remote.server().port(), folder));
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(remote.plane().fleet().status(true))
                                .hasSize(count)
                                .allMatch(FleetRolloutIT::hasPlugin));
    }

    private static boolean hasPlugin(NodeStatus node) {
        return node.resources().stream()
                .anyMatch(one ->
                        one.type() == ResourceType.EXTENSION
                                && one.state() == ResourceStatus.State.ACKED);
    }

    /** Of the plugin, by the Envoys' names; only what they have acknowledged. */
    private static List<String> versions(Served.Remote remote) {
        return remote.plane().fleet().status(true).stream()
                .sorted(Comparator.comparing(node -> node.node().id()))
                .flatMap(node -> node.resources().stream())
                .filter(one -> one.type() == ResourceType.EXTENSION)
                .filter(one -> one.state() == ResourceStatus.State.ACKED)
                .map(ResourceStatus::version)
                .toList();
    }

    private static void awaitSeen(Load load, String version) {
        long before = load.seen(version);
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> load.seen(version) > before + 20);
    }

    @Test
    void envoysMoveOneGroupAfterTheOtherAndNothingIsLost() throws Exception {
        plugin("versions.wasm", "p1", GROUPS);
        try (var remote = served.startRemote()) {
            envoys(3, remote);
            try (var load = new Load(served.port())) {
                awaitSeen(load, "1");
                // When
                plugin("versions.wasm", "p2", GROUPS.replace("canary, for: 1s", "canary, for: 1h"));
                // Then
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(() -> {
                            List<String> has = versions(remote);
                            assertThat(has).hasSize(3);
                            assertThat(has.get(0)).isNotEqualTo(has.get(1));
                            assertThat(has.get(1)).isEqualTo(has.get(2));
                        });
                assertThat(Served.status(remote.plane()).where())
                        .isEqualTo("100 % of the Envoys of canary (step 1 of 2)");
                // When
                plugin("versions.wasm", "p2", GROUPS);
                Served.awaitState(remote.plane(), Trial.State.PROMOTED);
                // Then
                awaitSeen(load, "2");
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> {
                            long old = load.seen("1");
                            awaitSeen(load, "2");
                            return load.seen("1") == old;
                        });
                load.stop();
                assertThat(load.faults()).isEmpty();
            }
            assertThat(served.log())
                    .contains(
                            "Envoys of canary (step 1 of 2)", "100 % of the Envoys (step 2 of 2)");
        }
    }

    @Test
    void whatAnEnvoyRefusesIsUndoneWithinFiveSecondsAndTheOthersNeverHearOfIt() throws Exception {
        plugin("versions.wasm", "p1", GROUPS);
        try (var remote = served.startRemote()) {
            envoys(2, remote);
            try (var load = new Load(served.port())) {
                awaitSeen(load, "1");
                // When
                Instant before = Instant.now();
                plugin("broken.wasm", "p2", GROUPS);
                Served.awaitState(remote.plane(), Trial.State.ROLLED_BACK);
                // Then
                Trial trial = Served.status(remote.plane()).trial();
                assertThat(Duration.between(before, trial.since()))
                        .isLessThan(Duration.ofSeconds(5));
                assertThat(trial.reason()).contains("Envoy 'envoy-1' of 'edge' refuses it");
                awaitSeen(load, "1");
                load.stop();
                assertThat(load.faults()).isEmpty();
            }
            assertThat(Served.ctl(remote.plane(), "rollout", "status"))
                    .contains("rolled back", "refuses it");
            assertThat(remote.plane().fleet().status(true))
                    .allSatisfy(node -> assertThat(node.complaints()).isEmpty());
        }
    }

    @Test
    void aPosternOfAnotherProcessReportsAndFetchesCandidatesByTheirDigests() throws Exception {
        String half = "{steps: [{percent: 50, for: 0s}], gates: {exchanges: 20, timeFloor: 1h}}";
        plugin("versions.wasm", "p1", half);
        try (var remote = served.startRemote();
                var load = new Load(served.port())) {
            nodes.add(Node.postern("postern-1", "DELTA_GRPC", remote.server().port()));
            awaitSeen(load, "1");
            // When
            plugin("versions.wasm", "p2", half);
            Served.awaitState(remote.plane(), Trial.State.PROMOTED);
            awaitSeen(load, "2");
            plugin("versions.wasm", "t3", half);
            Served.awaitState(remote.plane(), Trial.State.ROLLED_BACK);
            // Then
            assertThat(Served.status(remote.plane()).trial().reason())
                    .contains("the candidate failed");
            awaitSeen(load, "2");
            assertThat(remote.plane().newest().groups())
                    .filteredOn(group -> group.name().endsWith("@postern"))
                    .singleElement()
                    .satisfies(group ->
                            assertThat(group.resources().toString())
                                    .contains("/content/sha256/")
                                    .doesNotContain("000asm"));
        }
    }
}
