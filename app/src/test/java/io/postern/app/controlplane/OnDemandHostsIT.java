package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual hosts that a real Envoy and a Postern ask for when a request comes. */
@Timeout(120)
class OnDemandHostsIT {
    private static final String TABLE =
            """
            resources:
            - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
              name: main
              address: {socket_address: {address: 127.0.0.1, port_value: 0}}
              filter_chains:
              - filters:
                - name: http
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                    stat_prefix: main
                    rds: {route_config_name: routes, config_source: {resource_api_version: V3, ads: {}}}
                    http_filters:
                    - name: envoy.filters.http.on_demand
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand}
                    - name: envoy.filters.http.router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
              name: routes
              vhds: {config_source: {resource_api_version: V3, ads: {}}}
            """;

    @TempDir Path folder = Path.of("");

    private static String host(String name, String domain) {
        return """
        resources:
        - "@type": type.googleapis.com/envoy.config.route.v3.VirtualHost
          name: routes/%s
          domains: ["%s"]
          routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: %s}}}]
        """
                .formatted(name, domain, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "postern"})
    void aHostThatNobodyServesIsNotFoundAtOnceAndServedWhenSomebodyDoes(String product)
            throws Exception {
        // Given
        Path resources = Files.createDirectory(folder.resolve("resources"));
        Files.writeString(resources.resolve("table.yaml"), TABLE);
        Files.writeString(resources.resolve("numbers.yaml"), host("numbers", "127.0.0.*"));
        try (var server = ManagedServer.start(resources, Store.in(folder.resolve("store")))) {
            int port = server.listen(null);
            try (Node node =
                    product.equals("envoy")
                            ? Node.envoy("edge-1", "DELTA_GRPC", port, folder)
                            : Node.postern("edge-1", "DELTA_GRPC", port)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> node.get().equals("numbers"));
                // When, then: it does not wait for what does not come
                assertThat(byName(node).statusCode()).isEqualTo(404);
                // When
                server.write("names.yaml", host("names", "localhost:*"));
                // Then
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> byName(node).body().equals("names"));
                assertThat(node.get()).isEqualTo("numbers");
                assertThat(server.said()).doesNotContain("refuses");
            }
        }
    }

    private static HttpResponse<String> byName(Node node) throws IOException, InterruptedException {
        InetSocketAddress at = node.address();
        assertThat(at).isNotNull();
        try (var client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://localhost:" + (at == null ? 0 : at.getPort()) + "/");
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
