package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections whose first octets listener filters wait for. */
@Timeout(30)
class FilterTimeoutIT {
    private final ServerSocket upstream = TestGateway.upstream();
    private final Gateway gateway = TestGateway.start(new CountingFilter());

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    @Test
    void aClientThatSendsNothingIsClosed() throws IOException {
        try (Socket client = connect("false", "0.1s")) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void orIsServedWithWhatIsKnownOfIt() throws IOException {
        // Given: a protocol in which the server speaks first
        try (Socket client = connect("true", "0.1s");
                Socket server = upstream.accept()) {
            // When
            server.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            // Then
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            client.getOutputStream().write("world".getBytes(StandardCharsets.US_ASCII));
            assertThat(server.getInputStream().readNBytes(5)).asString().isEqualTo("world");
        }
    }

    @Test
    void whatHasArrivedUntilThenIsNotLost() throws IOException {
        // Given: the beginning of something that could be TLS
        try (Socket client = connect("true", "0.3s")) {
            client.getOutputStream().write(new byte[] {22, 3, 1});
            // When, Then
            try (Socket server = upstream.accept()) {
                assertThat(server.getInputStream().readNBytes(3)).containsExactly(22, 3, 1);
            }
        }
    }

    @Test
    void aClientThatWasInTimeIsLeftAlone() throws IOException {
        // Given
        try (Socket client = connect("false", "0.2s")) {
            client.getOutputStream().write('a');
            try (Socket server = upstream.accept()) {
                assertThat(server.getInputStream().read()).isEqualTo('a');
                // When: longer than the limit
                server.setSoTimeout(500);
                assertThatThrownBy(() -> server.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
                // Then
                client.getOutputStream().write('b');
                assertThat(server.getInputStream().read()).isEqualTo('b');
            }
        }
    }

    private Socket connect(String continues, String limit) throws IOException {
        TestGateway.serve(
                gateway,
                """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    listener_filters_timeout: LIMIT
                    continue_on_listener_filters_timeout: CONTINUES
                    listener_filters:
                    - name: tls
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}
                    filter_chains:
                    - filters:
                      - name: tcp
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                          stat_prefix: test
                          cluster: up
                  clusters:
                  - name: up
                    load_assignment:
                      cluster_name: up
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
                """
                        .replace("LIMIT", limit)
                        .replace("CONTINUES", continues)
                        .replace("PORT", Integer.toString(upstream.getLocalPort())));
        return TestGateway.connect(gateway);
    }
}
