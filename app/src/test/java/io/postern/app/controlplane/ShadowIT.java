package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.rollout.Trial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plugins that others wrote, and newer versions of them as shadows: pushed to the tag that a
 * document names, in Docker's registry.
 */
@Timeout(180)
class ShadowIT {
    private static final Path PLUGINS = Path.of("src/test/resources/plugins");
    private static final String TAG = "team/plugin:stable";
    private static final int ASKED = 30;
    private static final String SHADOW =
            "{shadow: {for: 1h}, gates: {exchanges: 20, timeFloor: 1h}}";
    private static final String TOLERANT =
            "{shadow: {for: 1h}, gates: {differencePercent: 100, timeFloor: 1h}}";
    private static final String PLUGIN =
            """
            ---
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: plugin}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: "oci://REGISTRY/team/plugin:stable"
              pullSecret: registry
              config: CONFIG
              rollout: ROLLOUT
            """;

    /** What plugins call by a name that they have built in. */
    private static final String CALLED =
            """
            resources:
            - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
              name: upstream
              type: STATIC
              load_assignment:
                cluster_name: upstream
                endpoints:
                - lb_endpoints:
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: UPSTREAM}}}
            """;

    private final Path folder;
    private final Served served;
    private final PluginRegistry registry;
    private final HttpServer upstream;
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();

    ShadowIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        served = new Served(folder);
        registry = PluginRegistry.start(folder);
        served.write("secret.yaml", registry.secret());
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/", this::answer);
        upstream.start();
        served.write(
                "called.yaml", CALLED.replace("UPSTREAM", "" + upstream.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        client.close();
        upstream.stop(0);
        registry.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void document(String config, String rollout) throws IOException {
        served.write(
                "edge.yaml",
                served.forwarding(upstream.getAddress().getPort())
                        + PLUGIN.replace("REGISTRY", registry.host())
                                .replace("CONFIG", config)
                                .replace("ROLLOUT", rollout));
    }

    /** The module with a text in its data that ends otherwise: nobody has its digest in a cache. */
    private Path newer(String plugin, String text) throws IOException {
        String module = Files.readString(PLUGINS.resolve(plugin), ISO_8859_1);
        assertThat(module).containsOnlyOnce(text);
        String port = "" + served.port();
        String other = text.substring(0, text.length() - port.length()) + port;
        return Files.writeString(
                folder.resolve("newer.wasm"), module.replace(text, other), ISO_8859_1);
    }

    private HttpResponse<String> ask(String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + served.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private void awaitServing() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class) // it does not listen yet
                .until(() -> ask("/").statusCode() == 200);
    }

    private static void awaitShadow(ControlPlane plane) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Served.ctl(plane, "rollout", "status").contains("shadow 100 %"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http_config.wasm  | custom-header | /      | other response headers: custom-h",
                "http_headers.wasm | Hello, World  | /hello | passes, the candidate: answers 200",
            })
    void aNewerVersionThatDoesOtherwiseIsReportedAndNobodyMeetsIt(
            String plugin, String text, String path, String difference) throws Exception {
        // Given
        registry.push(PLUGINS.resolve("http_config.wasm"), TAG);
        document("old", SHADOW);
        try (var remote = served.startRemote(registry.registries());
                Node _ = Node.postern("edge-1", "DELTA_GRPC", remote.server().port())) {
            awaitServing();
            // When
            registry.push(newer(plugin, text), TAG);
            awaitShadow(remote.plane());
            // Then
            while (Served.status(remote.plane()).trial().state() == Trial.State.RUNNING) {
                HttpResponse<String> answer = ask(path);
                assertThat(answer.headers().firstValue("custom-header")).hasValue("old");
                assertThat(answer.headers().firstValue("custom-h" + served.port())).isEmpty();
            }
            assertThat(Served.ctl(remote.plane(), "rollout", "status"))
                    .contains(
                            "rolled back",
                            "as a shadow it treats 100.0 % of the exchanges otherwise",
                            difference);
            assertThat(served.log()).contains("as a shadow it treats 100.0 %");
        }
    }

    @Test
    void whatAShadowDoesGoesNowhere() throws Exception {
        // Given
        registry.push(PLUGINS.resolve("all_hostcalls.wasm"), TAG);
        document("old", TOLERANT);
        try (AllInOne all = served.start(registry.registries())) {
            awaitServing();
            // When
            document("newer", TOLERANT);
            awaitShadow(all.plane());
            for (int i = 0; i < ASKED; i++) {
                for (String path : List.of("/info", "/hdrs", "/dispatch2", "/shared")) {
                    HttpResponse<String> answer = ask(path);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).doesNotContain("newer");
                }
            }
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(Served.status(all.plane()).totals().compared())
                                    .isGreaterThan(2 * ASKED));
            assertThat(asked) // what the last good version made of requests, and called
                    .containsEntry("/rewritten", ASKED)
                    .containsEntry("/echo0", ASKED)
                    .containsEntry("/echo1", ASKED);
        }
    }
}
