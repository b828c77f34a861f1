package io.postern.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin of the 0.2.100 dialect chooses hosts and writes body of its own. */
@Timeout(60)
class UpstreamHostsIT {
    private static final String CONFIG =
            """
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
                          routes: [{match: {prefix: /}, route: {cluster: both}}]
                      http_filters:
                      - name: plugin
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                          config:
                            name: hosts
                            vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: "MODULE"}}}
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: both
                type: STATIC
                load_assignment:
                  cluster_name: both
                  endpoints:
                  - lb_endpoints:
                    - {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: FIRST}}}}
                    - {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SECOND}}}}
            """;

    private final HttpServer first = server("one");
    private final HttpServer second = server("two");
    private final HttpClient client = HttpClient.newHttpClient();
    private final Assembly assembly = start();

    private static HttpServer server(String answer) {
        try {
            var loopback = InetAddress.getLoopbackAddress();
            var server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
            byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
            server.createContext(
                    "/",
                    exchange -> {
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Assembly start() {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("filters")) ? here : requireNonNull(here.getParent());
        Path module = root.resolve("filters/wasm/src/test/resources/wat/hosts.wasm");
        String yaml =
                CONFIG.replace("MODULE", module.toString())
                        .replace("FIRST", Integer.toString(first.getAddress().getPort()))
                        .replace("SECOND", Integer.toString(second.getAddress().getPort()));
        LoadResult result = new ConfigFile(Map.of()).loadYaml("test", yaml);
        assertThat(result.errors()).isEmpty();
        return new Assembly(
                (LoadResult.Loaded) result,
                1,
                new Gateway.Drain(Duration.ofSeconds(1), false),
                new Log(
                        new PrintStream(System.err, true, StandardCharsets.UTF_8),
                        Log.Level.WARNING));
    }

    @AfterEach
    void close() {
        assembly.close();
        client.close();
        first.stop(0);
        second.stop(0);
    }

    @Test
    void everyRequestGoesToTheHostThatThePluginChose() throws Exception {
        String chosen = "127.0.0.1:" + second.getAddress().getPort();
        for (int i = 0; i < 6; i++) {
            assertThat(get("/x", chosen).body()).isEqualTo("first;last.two");
        }
    }

    @Test
    void aHostThatTheClusterDoesNotHaveIsLeftToTheLoadBalancer() throws Exception {
        var bodies = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            bodies.append(get("/x", "127.0.0.1:1").body());
        }
        assertThat(bodies).contains("one").contains("two");
    }

    @ParameterizedTest
    @CsvSource({"/all, all", "/x, first;last.one"})
    void bodyOfThePluginsOwnArrives(String path, String body) throws Exception {
        String chosen = "127.0.0.1:" + first.getAddress().getPort();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = get(path, chosen);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(body);
        }
    }

    private HttpResponse<String> get(String path, String host)
            throws IOException, InterruptedException {
        var address = (InetSocketAddress) assembly.gateway().listeners().getFirst().address();
        int port = requireNonNull(address).getPort();
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("x-host", host)
                        .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
