package io.postern.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that starts while its management server is away. */
@Timeout(60)
class RestartIT {
    private static final String RESOURCES =
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
                    - name: router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
              name: routes
              virtual_hosts:
              - name: all
                domains: ["*"]
                routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: "VERSION"}}}]
            """;
    private static final String USED = "the last good resources are taken from";

    private static final String NODE = "restart";

    @BeforeEach
    @AfterEach
    void forget() throws IOException {
        KeptResources.forget(NODE);
    }

    private static ManagedGateway gateway(String variant, int port) {
        return new ManagedGateway(AdsBootstrap.text(NODE, variant, port));
    }

    private static void serve(ManagementServer server, String version) throws IOException {
        server.serve(ManagementServer.messages(RESOURCES.replace("VERSION", version)));
    }

    /** Serves version 1 and is ended at once. */
    private static void oneLife(ManagementServer server, int port, String variant)
            throws Exception {
        serve(server, "version 1");
        try (var gateway = gateway(variant, port)) {
            gateway.awaitAnswer("version 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
    void whatWasServedIsServedUntilTheServerIsBack(String variant) throws Exception {
        // Given
        try (var server = new ManagementServer()) {
            int port = server.listen(null);
            oneLife(server, port, variant);
            server.hangUp();
            // When
            try (var gateway = gateway(variant, port)) {
                // Then
                gateway.awaitAnswer("version 1");
                gateway.awaitSaid(USED);
                // and the server's own words replace it
                serve(server, "version 2");
                server.listen(null);
                gateway.awaitAnswer("version 2");
            }
        }
    }

    @Test
    void aServerThatIsSilentIsNotWaitedFor() throws Exception {
        // Given
        try (var server = new ManagementServer()) {
            int port = server.listen(null);
            oneLife(server, port, "GRPC");
        }
        // When connections are taken and nothing is ever said
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var gateway = gateway("GRPC", silent.getLocalPort())) {
            // Then
            gateway.awaitAnswer("version 1");
            gateway.awaitSaid(USED);
        }
    }

    @Test
    void withoutAnythingOnDiskNothingIsServedUntilTheServerSpeaks() throws Exception {
        // Given
        try (var server = new ManagementServer()) {
            int port = server.listen(null);
            server.hangUp();
            try (var gateway = gateway("GRPC", port)) {
                gateway.awaitSaid("xds");
                assertThat(gateway.assembly().gateway().listeners()).isEqualTo(List.of());
                // When
                serve(server, "version 1");
                server.listen(null);
                // Then
                gateway.awaitAnswer("version 1");
            }
        }
    }
}
