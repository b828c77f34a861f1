package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.differential.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code postern control-plane}, {@code postern run} with what {@code postern ctl bootstrap}
 * prints, and {@code postern ctl}, each a process; the plugin comes from Docker's registry.
 */
@Timeout(180)
class ManagedProcessesIT {
    private static final String HALF = "{steps: [{percent: 50, for: 1h}], gates: {exchanges: 20}}";
    private static final Pattern SINCE = Pattern.compile("rolled back since (\\S+)");

    private final Path folder;
    private final Served served;
    private final VersionedPlugin plugin;
    private final PluginRegistry registry;
    private final Ports ports = new Ports(new SecureRandom());
    private final String xds = "127.0.0.1:" + ports.free();
    private final String admin = "127.0.0.1:" + ports.free();
    private String url = "";

    ManagedProcessesIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        served = new Served(folder);
        plugin = new VersionedPlugin(served);
        registry = PluginRegistry.start(folder);
    }

    @AfterEach
    void close() {
        plugin.close();
        registry.close();
    }

    private void version(String config) throws IOException {
        plugin.write(url, config, "rollout: " + HALF);
    }

    private PosternProcess controlPlane() throws IOException {
        return PosternProcess.start(
                folder,
                "control-plane",
                Map.of("DOCKER_CONFIG", registry.dockerConfig().toString()),
                List.of(
                                "control-plane",
                                "--resources",
                                "" + served.resources(),
                                "--store",
                                "" + folder.resolve("store"),
                                "--listen",
                                xds,
                                "--admin",
                                admin,
                                "--content",
                                "127.0.0.1:" + ports.free(),
                                "--registry-ca",
                                "" + registry.caFile())
                        .toArray(String[]::new));
    }

    private String ctl(String... words) throws IOException, InterruptedException {
        return PosternProcess.ctl(folder, admin, words);
    }

    private String metrics() throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + admin + "/metrics"));
            return client.send(request.build(), BodyHandlers.ofString()).body();
        }
    }

    private static ConditionFactory soon() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20));
    }

    private static void awaitSeen(Load load, String version) {
        long before = load.seen(version);
        soon().until(() -> load.seen(version) > before + 20);
    }

    @Test
    void aCandidateThatFailsIsUndoneWithinFiveSecondsAndOthersAreEndedByHand() throws Exception {
        url = registry.push(VersionedPlugin.MODULE, "team/versions:stable");
        version("p1");
        try (var plane = controlPlane();
                var _ = PosternProcess.gateway(folder, xds);
                var load = new Load(served.port())) {
            awaitSeen(load, "1");
            // When
            Instant before = Instant.now();
            version("t2");
            soon().until(() -> plane.said().contains("rolled back"));
            // Then
            String status = ctl("rollout", "status");
            assertThat(status).contains("wasm/default/versions", "rolled back", "failed");
            Matcher since = SINCE.matcher(status);
            assertThat(since.find()).as(status).isTrue();
            assertThat(Duration.between(before, Instant.parse(since.group(1))))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(plane.said()).contains("the candidate failed");
            assertThat(ctl("status")).contains("!RolledOut (RolledBack)");
            assertThat(metrics())
                    .containsPattern(
                            "postern_rollout_state\\{rollout=\"wasm/default/versions\",.*"
                                    + "state=\"rolled_back\",reason=\"the candidate failed.*} 1");
            awaitSeen(load, "1");
            // When the next ones are ended by hand
            version("p3");
            awaitSeen(load, "3");
            assertThat(ctl("rollout", "abort", "versions")).isNotEmpty();
            awaitSeen(load, "1");
            version("p4");
            awaitSeen(load, "4");
            assertThat(ctl("rollout", "promote", "versions")).isNotEmpty();
            // Then
            assertThat(ctl("rollout", "status")).contains("promoted");
            soon().until(() -> {
                long old = load.seen("1");
                awaitSeen(load, "4");
                return load.seen("1") == old;
            });
            load.stop();
            assertThat(load.faults()).allMatch(fault -> fault.startsWith("5"), "trapped");
            assertThat(load.seen("2")).isZero();
        }
    }
}
