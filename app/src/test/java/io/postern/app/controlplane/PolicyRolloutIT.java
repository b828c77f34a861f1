package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.rollout.Trial;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code postern serve} with a policy from Docker's registry (TLS of a private CA, a password),
 * where {@code oras} moves its tag. The versions of the policy differ in whom their data lets in.
 */
@Timeout(120)
class PolicyRolloutIT {
    private static final Path COMPILED = Path.of("../filters/opa/src/test/policies/compiled");
    private static final String ROOT = "{\"superusers\": {\"root\": true}}";
    private static final String ROOT_AND_ANN = "{\"superusers\": {\"root\": true, \"ann\": true}}";
    private static final String NOBODY = "{\"superusers\": {}}";

    private static final String POLICY =
            """
            ---
            apiVersion: postern.io/v1alpha1
            kind: APIPolicy
            metadata: {name: roles}
            spec:
              targetRefs: [{kind: HTTPRoute, name: away}]
              opa:
                bundle: {url: "oci://REGISTRY/team/roles:stable", pullSecret: registry}
                entrypoint: roles/allow
                timeout: 5s
                rollout: ROLLOUT
            """;
    private static final String HALF =
            "{steps: [{percent: 50, for: 0s}], gates: {exchanges: 20, timeFloor: 1h}}";
    private static final String SHADOW =
            "{shadow: {for: 1h}, gates: {exchanges: 20, timeFloor: 1h}}";

    private final Path folder;
    private final Served served;
    private final PluginRegistry registry;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<@Nullable Instant> denied = new AtomicReference<>();

    PolicyRolloutIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        served = new Served(folder);
        registry = PluginRegistry.start(folder);
        served.write("secret.yaml", registry.secret());
    }

    @BeforeEach
    void log() throws Exception {
        push("bundle.tar.gz", ROOT);
    }

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    /** The compiled policy with other data, as {@code opa build} packs it, by {@code oras push}. */
    private void push(String file, String data) throws Exception {
        Path work = Files.createTempDirectory(folder, "bundle");
        Path roles = COMPILED.resolve("roles.tar.gz").toAbsolutePath();
        Tools.run(work, Map.of(), List.of("tar", "xzf", roles.toString())).good();
        Files.writeString(work.resolve("data.json"), data);
        Files.writeString(work.resolve("config.json"), "{}");
        String pack =
                "tar czf bundle.tar.gz data.json roles.rego policy.wasm"
                        + " && tar czf source.tar.gz data.json roles.rego";
        Tools.run(work, Map.of(), List.of("sh", "-c", pack)).good();
        Tools.run(
                        work,
                        Map.of("DOCKER_CONFIG", registry.dockerConfig().toString()),
                        Tools.command(
                                Tools.oras().orSkip(),
                                "push",
                                "--ca-file",
                                registry.caFile().toString(),
                                "--config",
                                "config.json:application/vnd.oci.image.config.v1+json",
                                registry.host() + "/team/roles:stable",
                                file + ":application/vnd.oci.image.layer.v1.tar+gzip"))
                .good();
    }

    private void policy(String rollout) throws IOException {
        served.write(
                "edge.yaml",
                served.redirecting()
                        + POLICY.replace("REGISTRY", registry.host()).replace("ROLLOUT", rollout));
    }

    private AllInOne start(String rollout) throws IOException {
        policy(rollout);
        return served.start(registry.registries());
    }

    /** 302: let in, 403: not; 0: nobody answers. */
    private int ask(String user) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + "/"))
                        .header("x-user", user)
                        .build();
        try {
            return client.send(request, BodyHandlers.ofString()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    private void await(String user, int status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> assertThat(ask(user)).as("%s", served.log()).isEqualTo(status));
    }

    /** Whoever is let in now keeps asking, until the rollout is over. */
    private void awaitUnderLoad(ControlPlane plane, Trial.State state) throws Exception {
        var stop = new AtomicBoolean();
        Thread load =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                while (!stop.get()) {
                                    if (ask("root") == 403) {
                                        denied.compareAndSet(null, Instant.now());
                                    }
                                }
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
        Served.awaitState(plane, state);
        stop.set(true);
        load.join();
    }

    @Test
    void aTagThatMovesIsTriedOnAPartAndThenServesAll() throws Exception {
        try (AllInOne all = start(HALF)) {
            // Given
            await("root", 302);
            assertThat(ask("ann")).isEqualTo(403);
            // When
            push("bundle.tar.gz", ROOT_AND_ANN);
            awaitUnderLoad(all.plane(), Trial.State.PROMOTED);
            // Then
            await("ann", 302);
            assertThat(Served.ctl(all.plane(), "rollout", "status"))
                    .contains("opa/default/roles  promoted");
        }
    }

    @Test
    void aPolicyThatDecidesOtherwiseIsTakenBackWithinFiveSeconds() throws Exception {
        try (AllInOne all = start(HALF)) {
            await("root", 302);
            // When
            push("bundle.tar.gz", NOBODY);
            awaitUnderLoad(all.plane(), Trial.State.ROLLED_BACK);
            // Then
            RolloutStatus status = Served.status(all.plane());
            assertThat(denied.get()).isAfter(status.trial().since().minusSeconds(5));
            assertThat(status.trial().reason()).contains("answers 100.0 % of the exchanges");
            await("root", 302);
        }
    }

    @Test
    void aPosternOfAnotherProcessFetchesBothBundlesByTheirDigests() throws Exception {
        policy(HALF);
        try (var remote = served.startRemote(registry.registries());
                Node _ = Node.postern("edge-1", "DELTA_GRPC", remote.server().port())) {
            await("root", 302);
            assertThat(ask("ann")).isEqualTo(403);
            // When
            push("bundle.tar.gz", ROOT_AND_ANN);
            awaitUnderLoad(remote.plane(), Trial.State.PROMOTED);
            await("ann", 302);
            push("bundle.tar.gz", NOBODY);
            awaitUnderLoad(remote.plane(), Trial.State.ROLLED_BACK);
            // Then
            await("ann", 302);
            assertThat(remote.plane().newest().groups())
                    .filteredOn(group -> group.name().endsWith("@postern"))
                    .singleElement()
                    .satisfies(group ->
                            assertThat(group.resources().toString())
                                    .contains("/content/sha256/")
                                    .hasSizeLessThan(20_000));
        }
    }

    @Test
    void aShadowDecidesForNobodyAndItsDifferencesCount() throws Exception {
        try (AllInOne all = start(SHADOW)) {
            await("root", 302);
            Instant before = Instant.now();
            // When
            push("bundle.tar.gz", NOBODY);
            int denied = 0;
            while (all.plane().rollouts().isEmpty()
                    || Served.status(all.plane()).trial().state() == Trial.State.RUNNING) {
                denied += ask("root") == 302 ? 0 : 1;
                assertThat(Duration.between(before, Instant.now()))
                        .isLessThan(Duration.ofMinutes(1));
            }
            // Then
            assertThat(Served.status(all.plane()).trial().state())
                    .isEqualTo(Trial.State.ROLLED_BACK);
            assertThat(Served.status(all.plane()).trial().reason())
                    .contains("as a shadow it treats 100.0 %");
            assertThat(denied).isZero();
        }
    }

    @Test
    void aTagThatMovesToWhatCannotBeUsedChangesNothingAndTheStatusSaysWhy() throws Exception {
        try (AllInOne all = start(HALF)) {
            await("root", 302);
            // When
            push("source.tar.gz", ROOT_AND_ANN);
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(Served.ctl(all.plane(), "status"))
                                    .contains(
                                            "extract: ",
                                            "the bundle has no /policy.wasm",
                                            "opa build -t wasm -e ENTRYPOINT"));
            assertThat(ask("root")).isEqualTo(302);
            assertThat(all.plane().rollouts()).isEmpty();
            // When it is mended
            push("bundle.tar.gz", ROOT_AND_ANN);
            awaitUnderLoad(all.plane(), Trial.State.PROMOTED);
            // Then
            await("ann", 302);
        }
    }
}
