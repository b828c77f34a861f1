package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.app.differential.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two {@code postern control-plane} processes with an etcd, each with a folder of its own, and a
 * gateway of the second one.
 */
@Timeout(180)
class SharedRolloutsIT {
    private static final String STEPS =
            "rollout: {steps: [{percent: 50, for: 12s}], gates: {exchanges: 20, timeFloor: 1h}}";
    private static final String ENVOYS =
            "rollout: {envoys: [{nodeGroup: canary, for: 1s}, {for: 1h}]}";
    private static final String CANARY =
            """
            apiVersion: postern.io/v1alpha1
            kind: NodeGroup
            metadata: {name: canary}
            spec: {ids: [envoy-1]}
            """;
    private static final String MODULE = "file://" + VersionedPlugin.MODULE.toAbsolutePath();

    private final Path folder;
    private final Served served;
    private final VersionedPlugin plugin;
    private final EtcdServer etcd;
    private final Ports ports = new Ports(new SecureRandom());

    SharedRolloutsIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        etcd = EtcdServer.start(Objects.requireNonNull(program), folder.resolve("data"));
        served = new Served(folder);
        plugin = new VersionedPlugin(served);
    }

    @AfterEach
    void close() {
        plugin.close();
        etcd.close();
    }

    /** A server's places; it may be started several times. */
    private record Place(Path folder, String name, String xds, String admin) {
        Path resources() {
            return folder.resolve(name).resolve("documents");
        }

        PosternProcess start(EtcdServer etcd) throws IOException {
            return PosternProcess.start(
                    folder,
                    name,
                    Map.of(),
                    "control-plane",
                    "--resources",
                    "" + resources(),
                    "--store",
                    etcd.url(),
                    "--state",
                    "" + folder.resolve(name).resolve("state"),
                    "--listen",
                    xds,
                    "--admin",
                    admin,
                    "--content",
                    "none");
        }

        String ctl(String... words) throws IOException, InterruptedException {
            return PosternProcess.ctl(folder, admin, words);
        }
    }

    private Place place(String name) throws IOException {
        var place =
                new Place(folder, name, "127.0.0.1:" + ports.free(), "127.0.0.1:" + ports.free());
        Files.createDirectories(place.resources());
        Files.writeString(place.resources().resolve("canary.yaml"), CANARY);
        return place;
    }

    /** What the plugin's document says from now on, in the folders of these. */
    private void version(String config, Place... places) throws IOException {
        version(MODULE, config, STEPS, places);
    }

    private void version(String module, String config, String rollout, Place... places)
            throws IOException {
        plugin.write(module, config, rollout);
        for (Place place : places) {
            for (String file : List.of("edge.yaml", "plugin.yaml")) {
                Path fresh = folder.resolve("fresh-" + file);
                Files.copy(served.resources().resolve(file), fresh);
                Path to = place.resources().resolve(file);
                Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static int port(Place place) {
        return Integer.parseInt(place.xds().substring(place.xds().indexOf(':') + 1));
    }

    private static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20));
    }

    private static void awaitStatus(Place place, String... words) {
        soon().pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(place.ctl("rollout", "status")).contains(words));
    }

    private static void awaitOnly(Load load, String version, String other) {
        soon().until(() -> {
            long old = load.seen(other);
            long before = load.seen(version);
            soon().until(() -> load.seen(version) > before + 20);
            return load.seen(other) == old;
        });
    }

    @Test
    void aRolloutGoesOnWhenItsServerIsKilledAndAnyServerEndsIt() throws Exception {
        Place one = place("one");
        Place two = place("two");
        version("p1", one, two);
        try (PosternProcess first = one.start(etcd);
                PosternProcess second = two.start(etcd);
                var _ = PosternProcess.gateway(folder, two.xds());
                var load = new Load(served.port())) {
            soon().until(() -> load.seen("1") > 0);
            // When it begins at a server that none of the gateways talks to
            version("p2", one);
            soon().until(() -> load.seen("2") > 0);
            awaitStatus(two, "canary 50 % (step 1 of 1)");
            version("p2", two);
            first.process().destroyForcibly().waitFor();
            assertThat(first.said()).doesNotContain("promoted");
            // Then the other one has it to its end, with the time that it had
            awaitStatus(two, "promoted", "all steps are done");
            assertThat(second.said()).doesNotContain("rolled back");
            awaitOnly(load, "2", "1");
            // When it comes back with documents that are old by now, nobody is taken back
            version("p1", one);
            try (PosternProcess again = one.start(etcd)) {
                awaitStatus(one, "promoted");
                // When it brings a version, and the other one ends it
                version("p3", one);
                soon().until(() -> load.seen("3") > 0);
                assertThat(two.ctl("rollout", "abort", "versions")).isNotEmpty();
                // Then both say so, and who it was
                for (Place place : List.of(one, two)) {
                    awaitStatus(place, "rolled back", "aborted by");
                }
                awaitOnly(load, "2", "3");
                assertThat(again.said()).contains("aborted by");
                // When a version fails, of which one server has the document and one the gateway
                version("t4", one);
                awaitStatus(two, "rolled back", "the candidate failed");
                awaitOnly(load, "2", "4");
            }
            load.stop();
            assertThat(load.faults()).allMatch(fault -> fault.startsWith("5"), "trapped");
        }
    }

    @Test
    void envoysAreJudgedByAServerThatTheyDoNotTalkToAndByTheOtherOneWhenThatIsKilled()
            throws Exception {
        Path broken = Files.write(folder.resolve("broken.wasm"), "\0asm\1\0\0\0no".getBytes(UTF_8));
        Place one = place("one");
        Place two = place("two");
        version(MODULE, "p1", ENVOYS, one, two);
        try (PosternProcess first = one.start(etcd);
                PosternProcess second = two.start(etcd);
                var _ = Node.envoy("envoy-1", "DELTA_GRPC", port(two), folder);
                var load = new Load(served.port())) {
            soon().until(() -> load.seen("1") > 0);
            // When what is tried at one server is refused by an Envoy of the other
            Instant before = Instant.now();
            version("file://" + broken, "p2", ENVOYS, one);
            soon().until(() -> first.said().contains("rolled back"));
            // Then
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
            for (Place place : List.of(one, two)) {
                awaitStatus(place, "rolled back", "Envoy 'envoy-1' of 'edge' refuses it");
            }
            // When it takes one, and the server that does not judge is told to end that
            version(MODULE, "p3", ENVOYS, one);
            awaitStatus(two, "100 % of the Envoys (step 2 of 2)");
            version(MODULE, "p3", ENVOYS, two);
            assertThat(two.ctl("rollout", "promote", "versions")).isNotEmpty();
            // Then
            for (Place place : List.of(one, two)) {
                awaitStatus(place, "promoted by");
            }
            awaitOnly(load, "3", "1");
            // When the one that judges the next is killed, with nothing left to wait for
            version(MODULE, "p4", ENVOYS, one);
            awaitStatus(one, "(step 2 of 2)", "holds for 3600 s");
            version(MODULE, "p4", ENVOYS, two);
            awaitStatus(two, "holds for 3600 s");
            first.process().destroyForcibly().waitFor();
            Instant killed = Instant.now();
            version(MODULE, "p4", ENVOYS.replace("1h", "1s"), two);
            // Then the other one goes on as soon as the key of the dead one has ended
            soon().until(() -> second.said().contains("all steps are done"));
            Duration took = Duration.between(killed, Instant.now());
            System.out.println("taken over after " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(6));
            awaitOnly(load, "4", "3");
            load.stop();
            assertThat(load.faults()).isEmpty();
        }
    }
}
