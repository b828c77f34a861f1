package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.app.Main;
import io.postern.app.differential.Ports;
import io.postern.xds.server.store.DiskHistory;
import io.postern.xds.server.store.Revision;
import io.postern.xds.testkit.ServedRegistry;
import io.postern.xds.testkit.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern control-plane} as a process of its own, whose disk is full, or that is killed. */
@Timeout(120)
class ServerProcessIT {
    private static final int ROUNDS = Integer.getInteger("postern.kill.rounds", 4);
    private static final Pattern SERVED = Pattern.compile("revision (\\d+) is served");

    /** A store of one MiB, which is filled and emptied when the test says so. */
    private static final String SMALL_DISK =
            """
            set -e
            store=$1 signals=$2
            shift 2
            mount -t tmpfs -o size=1m tmpfs "$store"
            upon() { i=0; while [ ! -e "$signals/$1" ] && [ $i -lt 1000 ]; do sleep 0.05; i=$((i+1)); done; }
            ( upon fill
              dd if=/dev/zero of="$store/filler" bs=4k 2>/dev/null || touch "$signals/full"
              upon room
              rm "$store/filler" ) &
            exec "$@"
            """;

    @TempDir Path folder = Path.of("");
    private Path resources = Path.of("");
    private Path store = Path.of("");
    private Path log = Path.of("");
    private int port;
    private List<String> flags = List.of();
    private @Nullable Process process;

    @BeforeEach
    void prepare() throws IOException {
        resources = Files.createDirectory(folder.resolve("resources"));
        store = Files.createDirectory(folder.resolve("store"));
        log = folder.resolve("log");
        write(1);
    }

    @AfterEach
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void write(int version) throws IOException {
        String text =
                """
                resources:
                - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
                  name: routes
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes:
                    - match: {prefix: /}
                      direct_response: {status: 200, body: {inline_string: "version %d"}}
                """
                        .formatted(version);
        Path fresh = Files.writeString(folder.resolve("fresh"), text);
        Files.move(fresh, resources.resolve("routes.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void start(String... around) throws IOException {
        var ports = new Ports(new SecureRandom());
        port = ports.free();
        List<String> command = new ArrayList<>(List.of(around));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "control-plane"));
        command.addAll(List.of("--resources", "" + resources, "--store", "" + store));
        command.addAll(List.of("--listen", "127.0.0.1:" + port, "--content", "none"));
        command.addAll(List.of("--admin", "127.0.0.1:" + ports.free()));
        command.addAll(flags);
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException _) {
            return "";
        }
    }

    private void awaitSaid(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(said()).contains(text));
    }

    private long served() {
        return SERVED.matcher(said())
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
    }

    @Test
    void aDiskThatIsFullChangesNothingAndTheChangeIsServedWhenThereIsRoom() throws Exception {
        // Given
        Path signals = Files.createDirectory(folder.resolve("signals"));
        assumeTrue(canMount(), "no user namespaces here");
        start("unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", "" + store, "" + signals);
        awaitSaid("revision 1 is served");
        Files.createFile(signals.resolve("fill"));
        Awaitility.await().until(() -> Files.exists(signals.resolve("full")));
        // When
        write(2);
        // Then
        awaitSaid("not published, since it cannot be kept: java.io.IOException: No space left");
        assertThat(served()).isEqualTo(1);
        // When
        Files.createFile(signals.resolve("room"));
        // Then without another change
        awaitSaid("revision 2 is served");
    }

    @Test
    void aPluginForWhichThereIsNoRoomChangesNothingAndItsStatusSaysSo() throws Exception {
        // Given
        Path signals = Files.createDirectory(folder.resolve("signals"));
        assumeTrue(canMount(), "no user namespaces here");
        var documents = new Served(Files.createDirectory(folder.resolve("gateway")));
        resources = documents.resources();
        try (ServedRegistry registry = ServedRegistry.inMemory(true);
                var plugin = new VersionedPlugin(documents)) {
            String url = registry.host() + "/team/versions:stable";
            push(url, false);
            plugin.write("oci://" + url, "p1");
            flags = List.of("--plain-http", registry.host(), "--tag-interval", "1");
            start("unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", "" + store, "" + signals);
            awaitSaid("revision 1 is served");
            // When
            push(url, true);
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .untilAsserted(() ->
                            assertThat(resources.resolve(".status/plugin.yaml"))
                                    .content()
                                    .contains("store: ", "No space left", "free some disk space")
                                    .contains("the version of before serves"));
            assertThat(served()).isEqualTo(1);
        }
    }

    /** {@code large}: with 2 MiB behind it that it does not need. */
    private void push(String url, boolean large) throws Exception {
        var all = new ByteArrayOutputStream();
        all.write(Files.readAllBytes(VersionedPlugin.MODULE));
        if (large) {
            byte[] noise = new byte[2 << 20];
            new Random(3).nextBytes(noise);
            // a custom section of 2^21 + 1 octets (LEB128), without a name
            all.write(new byte[] {0, (byte) 0x81, (byte) 0x80, (byte) 0x80, 1, 0});
            all.write(noise);
        }
        Files.write(folder.resolve("plugin.wasm"), all.toByteArray());
        var command =
                Tools.command(
                        Tools.oras().orSkip(),
                        "push",
                        "--plain-http",
                        url,
                        "plugin.wasm:application/wasm");
        Tools.run(folder, Map.of(), command).good();
    }

    private static boolean canMount() throws IOException, InterruptedException {
        try {
            Process probe = new ProcessBuilder("unshare", "-rm", "true").start();
            return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException _) {
            return false; // no such program
        }
    }

    @Test
    void nothingThatWasServedIsLostWhenItIsKilledAtAnyMoment() throws Exception {
        var random = new Random(11);
        int version = 1;
        long acknowledged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            start();
            awaitSaid("serving");
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
            while (System.nanoTime() < until) {
                write(++version);
                Thread.onSpinWait();
            }
            kill();
            long said = Math.max(acknowledged, served());
            try (DiskHistory history =
                    DiskHistory.open(
                            store.resolve("revisions"),
                            problem -> {
                                throw new AssertionError(problem);
                            })) {
                Revision newest = history.newest();
                assertThat(newest.number()).isGreaterThanOrEqualTo(said);
                assertThat(newest.groups().toString()).containsPattern("version \\d+");
                assertThat(history.all()).extracting(Revision::number).isSorted();
                acknowledged = newest.number();
            }
        }
        assertThat(acknowledged).isGreaterThan(ROUNDS);
    }
}
