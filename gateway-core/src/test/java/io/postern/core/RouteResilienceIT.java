package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Postern's own protection of single routes. */
@Timeout(30)
class RouteResilienceIT {
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
                        - name: shop
                          domains: ["*"]
                          routes:
                          - name: orders
                            match: {prefix: /orders}
                            route: {cluster: up}
                            typed_per_filter_config:
                              postern.clusters.resilience:
                                "@type": type.googleapis.com/postern.clusters.resilience.v1.Resilience
                                bulkhead: {max_concurrent_calls: 1}
                          - match: {prefix: /ADDED}
                            route: {cluster: up}
                          - match: {prefix: /}
                            route: {cluster: up}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: up
                load_assignment:
                  cluster_name: up
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
            """;

    private final Gateway gateway = TestGateway.start(new CountingFilter());
    private final ServerSocket upstream = TestGateway.upstream();

    @BeforeEach
    void serve() {
        serve("none");
    }

    private void serve(String added) {
        TestGateway.serve(
                gateway,
                CONFIG.replace("ADDED", added)
                        .replace("PORT", String.valueOf(upstream.getLocalPort())));
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    private Socket get(String path) throws IOException {
        Socket client = TestGateway.connect(gateway);
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n").getBytes(ISO_8859_1));
        return client;
    }

    private static String statusOf(Socket client) throws IOException {
        return new String(client.getInputStream().readNBytes(12), ISO_8859_1);
    }

    @Test
    void oneRouteIsHeldBackAndItsNeighbourIsNot() throws IOException {
        try (Socket held = get("/orders/1");
                Socket first = upstream.accept()) {
            // Given: the one call of the bulkhead
            first.getInputStream().readNBytes(4);
            assertThat(held.isConnected()).isTrue();
            // When
            try (Socket refused = get("/orders/2");
                    Socket other = get("/other");
                    Socket second = upstream.accept()) {
                // Then
                assertThat(statusOf(refused)).isEqualTo("HTTP/1.1 503");
                second.getOutputStream().write("HTTP/1.1 204 OK\r\n\r\n".getBytes(ISO_8859_1));
                assertThat(statusOf(other)).isEqualTo("HTTP/1.1 204");
                assertThat(gateway.routeGuards())
                        .containsEntry(
                                "shop/orders", Map.of("bulkhead_calls", "1", "rejected", "1"));
            }
        }
    }

    @Test
    void anUpdateOfOtherRoutesKeepsWhatIsKnown() throws IOException {
        try (Socket held = get("/orders/1");
                Socket first = upstream.accept()) {
            // Given
            first.getInputStream().readNBytes(4);
            assertThat(held.isConnected()).isTrue();
            // When
            serve("more");
            // Then
            assertThat(gateway.routeGuards().get("shop/orders"))
                    .containsEntry("bulkhead_calls", "1");
            try (Socket refused = get("/orders/2")) {
                assertThat(statusOf(refused)).isEqualTo("HTTP/1.1 503");
            }
        }
    }
}
