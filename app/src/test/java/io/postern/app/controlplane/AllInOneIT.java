package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.Log;
import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.app.differential.Ports;
import io.postern.app.plugin.PluginCommand;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.store.Store;
import io.postern.xds.testkit.ServedRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern serve}: documents of Gateway API and plugins of a registry, served at once. */
@Timeout(120)
class AllInOneIT {
    private static final Path PLUGINS = Path.of("src/test/resources/plugins");

    private static final String EDGE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: postern
              listeners: [{name: http, port: PORT, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: away}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - filters: [{type: RequestRedirect, requestRedirect: {hostname: one.example}}]
            """;

    private static final int EDITS = 40;
    private static final String PLUGIN =
            """
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: hello}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: oci://REGISTRY/plugins/hello:stable
              pullSecret: registry
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: registry}
            stringData: {username: USER, password: PASSWORD}
            """;

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private Path resources = Path.of("");
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        resources = Files.createDirectory(folder.resolve("resources"));
        port = new Ports(new SecureRandom()).free();
        write("edge.yaml", EDGE.replace("PORT", "" + port));
    }

    private void write(String file, String text) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), text);
        Files.move(fresh, resources.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private AllInOne start() throws IOException {
        return start(null);
    }

    private AllInOne start(@Nullable Path caFile) throws IOException {
        var out = new Log(new PrintStream(log, true, StandardCharsets.UTF_8), Log.Level.INFO);
        var told = ControlPlaneLog.withDifferences(out);
        var registries = new Plugins.Registries(Set.of(), caFile, Duration.ofMillis(100));
        Path store = folder.resolve("store");
        var managed = ManagedFolder.of(resources, Store.in(store), registries, true, out);
        var settings = managed.settings(1, Gatekeeper.OPEN, null, told);
        var bootstrap = ServeCommand.bootstrap(resources, null);
        return AllInOne.start(settings, managed.plugins(), bootstrap, 1, out);
    }

    /** The status, and where it leads to; empty: nobody answers. */
    private String get() throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"));
            var response = client.send(request.build(), BodyHandlers.ofString());
            return response.statusCode()
                    + " "
                    + response.headers().firstValue("location").orElse(response.body().strip());
        } catch (IOException _) {
            return "";
        }
    }

    private void awaitAnswer(String expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(get()).contains(expected));
    }

    private void push(String plugin, ServedRegistry registry) throws Exception {
        Path docker = Files.createDirectories(folder.resolve("docker"));
        Files.writeString(
                docker.resolve("config.json"),
                registry.dockerConfig(ServedRegistry.USER, ServedRegistry.PASSWORD));
        var program = new Program("postern", "", () -> "", List.<Command>of(new PluginCommand()));
        var printed = new StringWriter();
        var out = new PrintWriter(printed, true);
        var words =
                List.of(
                        "plugin",
                        "push",
                        "" + PLUGINS.resolve(plugin),
                        "oci://" + registry.host() + "/plugins/hello:stable",
                        "--docker-config",
                        "" + docker,
                        "--ca-file",
                        "" + ServedRegistry.caFile(folder));
        assertThat(program.run(words, out, out)).as("%s", printed).isZero();
    }

    @Test
    void theOnlyGatewayServesEveryGroupAndFollowsTheDocuments() throws Exception {
        try (AllInOne all = start()) {
            // Given
            awaitAnswer("302 http://one.example");
            // When
            String edge = EDGE.replace("PORT", "" + port);
            write("edge.yaml", edge.replace("one.example", "two.example"));
            // Then
            awaitAnswer("302 http://two.example");
            // When it is bad
            write("edge.yaml", edge.replace("RequestRedirect,", "RequestRedirekt,"));
            // Then
            Awaitility.await()
                    .until(() -> log.toString(StandardCharsets.UTF_8).contains("edge.yaml:14:"));
            assertThat(get()).contains("302 http://two.example");
            assertThat(all.plane().newest().number()).isEqualTo(2);
        }
    }

    /** Some edits are slower where the machine has other things to do: the median counts. */
    @Test
    void anEditIsLiveAMomentLater() throws Exception {
        try (AllInOne all = start()) {
            // Given
            awaitAnswer("302 http://one.example");
            String edge = EDGE.replace("PORT", "" + port);
            List<Long> millis = new ArrayList<>();
            // When
            for (int i = 0; i < EDITS; i++) {
                String host = "edit-" + i + ".example";
                long begin = System.nanoTime();
                write("edge.yaml", edge.replace("one.example", host));
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> get().contains(host));
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
            // Then
            assertThat(all.plane().newest().number()).isEqualTo(1 + EDITS);
            System.out.println("from an edit to the first answer, ms: " + millis);
            Collections.sort(millis);
            assertThat(millis.get(EDITS / 2)).as("%s", millis).isLessThan(200);
        }
    }

    @Test
    void aTagThatMovesInTheRegistryChangesThePlugin() throws Exception {
        try (var registry = ServedRegistry.docker(folder)) {
            // Given
            push("http_body.wasm", registry);
            write(
                    "plugin.yaml",
                    PLUGIN.replace("REGISTRY", registry.host())
                            .replace("USER", ServedRegistry.USER)
                            .replace("PASSWORD", ServedRegistry.PASSWORD));
            try (AllInOne all = start(ServedRegistry.caFile(folder))) {
                awaitAnswer("302 http://one.example");
                // When
                push("http_headers.wasm", registry);
                // Then
                awaitAnswer("200 Hello, World!");
                assertThat(all.plane().newest().number()).isEqualTo(2);
            }
        }
    }
}
