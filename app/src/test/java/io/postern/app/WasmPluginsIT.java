package io.postern.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One plugin on several routes, with a configuration of its own or switched off. */
@Timeout(60)
class WasmPluginsIT {
    private static final String WASM =
            """
            "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
            config:
              name: adds
              vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: "MODULE"}}}
              configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: VALUE}
            """;
    private static final String CONFIG =
            """
            admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: test
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: {prefix: /own}
                            direct_response: {status: 200}
                            typed_per_filter_config:
                              plugin:
            OWN
                          - match: {prefix: /off}
                            direct_response: {status: 200}
                            typed_per_filter_config:
                              plugin: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}
                          - match: {prefix: /}
                            direct_response: {status: 200}
                      http_filters:
                      - name: plugin
                        typed_config:
            ALL
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Assembly assembly = start();

    private Assembly start() {
        Path here = Path.of("").toAbsolutePath();
        Path resources = Path.of("src/test/resources/plugins/http_config.wasm");
        Path module = here.resolve(Files.exists(resources) ? "" : "app").resolve(resources);
        String wasm = WASM.replace("MODULE", module.toString());
        String yaml =
                CONFIG.replace("OWN\n", wasm.replace("VALUE", "own").indent(20))
                        .replace("ALL\n", wasm.replace("VALUE", "all").indent(14));
        LoadResult result = new ConfigFile(Map.of()).loadYaml("test", yaml);
        assertThat(result.errors()).isEmpty();
        return new Assembly(
                (LoadResult.Loaded) result,
                2,
                new Gateway.Drain(Duration.ofSeconds(1), false),
                new Log(new PrintStream(log, true, StandardCharsets.UTF_8), Log.Level.INFO));
    }

    @AfterEach
    void close() {
        assembly.close();
        client.close();
    }

    @Test
    void eachRouteHasThePluginAsItSays() throws Exception {
        assertThat(header("/x")).isEqualTo("all");
        assertThat(header("/own")).isEqualTo("own");
        assertThat(header("/off")).isEmpty();
        assertThat(header("/x")).isEqualTo("all");
    }

    @Test
    void whatItCostsIsOnTheAdminServerInEveryFormat() throws Exception {
        // Given
        header("/x");

        // When
        String text = admin("/stats?filter=wasm.adds");
        String json = admin("/stats?format=json&filter=wasm.adds.calls");
        String prometheus = admin("/stats/prometheus?filter=wasm.adds");

        // Then
        assertThat(text)
                .containsPattern("wasm.adds.calls: [1-9]")
                .contains("wasm.adds.traps: 0\n")
                .contains("wasm.adds.killed: 0\n")
                .contains("wasm.adds.fuel: 0\n")
                .contains("wasm.adds.instances: 4\n") // two configurations on two workers
                .containsPattern("wasm.adds.memory_bytes: [1-9]");
        assertThat(json).contains("\"name\":\"wasm.adds.calls\"");
        assertThat(prometheus)
                .contains("# TYPE envoy_wasm_adds_calls counter")
                .contains("# TYPE envoy_wasm_adds_call_ns histogram");
    }

    private String header(String path) throws IOException, InterruptedException {
        var address = (InetSocketAddress) assembly.gateway().listeners().getFirst().address();
        int port = requireNonNull(address).getPort();
        return get("http://127.0.0.1:" + port + path)
                .headers()
                .firstValue("custom-header")
                .orElse("");
    }

    private String admin(String path) throws IOException, InterruptedException {
        return get("http://" + requireNonNull(assembly.adminAddress()) + path).body();
    }

    private HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(uri)).build();
        return client.send(request, BodyHandlers.ofString());
    }
}
