package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern serve}: documents of Gateway API and plugins of a registry, served at once. */
@Timeout(120)
class AllInOneIT {
    private static final Path PLUGINS = Path.of("src/test/resources/plugins");

    private static final int EDITS = 40;
    private static final String PLUGIN =
            """
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: hello}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: "URL"
              pullSecret: registry
            """;

    private final Path folder;
    private final Served served;
    private final HttpClient client = HttpClient.newHttpClient();

    AllInOneIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        served = new Served(folder);
        edge("one.example");
    }

    private void edge(String host) throws IOException {
        String edge = served.redirecting();
        served.write("edge.yaml", edge.replace("one.example", host));
    }

    /** The status, and where it leads to; empty: nobody answers. */
    private String get() throws InterruptedException {
        try {
            var request =
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + served.port() + "/hello"));
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

    @Test
    void theOnlyGatewayServesEveryGroupAndFollowsTheDocuments() throws Exception {
        try (AllInOne all = served.start()) {
            // Given
            awaitAnswer("302 http://one.example");
            // When
            edge("two.example");
            // Then
            awaitAnswer("302 http://two.example");
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(served.log())
                                    .containsPattern("- \\S+host_redirect: one\\.example")
                                    .containsPattern("\\+ \\S+host_redirect: two\\.example"));
            // When it is bad
            served.write(
                    "edge.yaml",
                    served.redirecting().replace("RequestRedirect,", "RequestRedirekt,"));
            // Then
            Awaitility.await().until(() -> served.log().contains("edge.yaml:14:"));
            assertThat(get()).contains("302 http://two.example");
            assertThat(all.plane().newest().number()).isEqualTo(2);
        }
    }

    /** Some edits are slower where the machine has other things to do: the median counts. */
    @Test
    void anEditIsLiveAMomentLater() throws Exception {
        try (AllInOne all = served.start()) {
            // Given
            awaitAnswer("302 http://one.example");
            List<Long> millis = new ArrayList<>();
            // When
            for (int i = 0; i < EDITS; i++) {
                String host = "edit-" + i + ".example";
                long begin = System.nanoTime();
                edge(host);
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
        try (var registry = PluginRegistry.start(folder)) {
            // Given
            String url = registry.push(PLUGINS.resolve("http_body.wasm"), "plugins/hello:stable");
            served.write("secret.yaml", registry.secret());
            served.write("plugin.yaml", PLUGIN.replace("URL", url));
            try (AllInOne all = served.start(registry.registries())) {
                awaitAnswer("302 http://one.example");
                // When
                registry.push(PLUGINS.resolve("http_headers.wasm"), "plugins/hello:stable");
                // Then
                awaitAnswer("200 Hello, World!");
                assertThat(all.plane().newest().number()).isEqualTo(2);
            }
        }
    }
}
