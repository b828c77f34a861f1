package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are proxied as they are, and those that begin with a PROXY header. */
@Timeout(30)
class TcpProxyIT {
    private static final String PROXY =
            """
            - name: tcp
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: test
                cluster: up
            """;
    private static final String HTTP =
            """
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: test
                use_remote_address: true
                route_config:
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes:
                    - match: {prefix: /}
                      route: {cluster: up}
                http_filters:
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    private static final int MUCH = 1 << 20;

    private final ServerSocket upstream = TestGateway.upstream();
    private final Gateway gateway = TestGateway.start(new CountingFilter());

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    private Socket connect(String networkFilter, String listenerFilters) throws IOException {
        return connect(networkFilter, listenerFilters, upstream.getLocalPort());
    }

    /** {@code otherPort}: of a second endpoint. */
    private Socket connect(String networkFilter, String listenerFilters, int otherPort)
            throws IOException {
        TestGateway.serve(
                gateway,
                """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    listener_filters: [LISTENER_FILTERS]
                    filter_chains:
                    - filters:
                FILTER
                  clusters:
                  - name: up
                    connect_timeout: 5s
                    lb_policy: MAGLEV
                    load_assignment:
                      cluster_name: up
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
                        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: OTHER}}}
                """
                        .replace("OTHER", String.valueOf(otherPort))
                        .replace("LISTENER_FILTERS", listenerFilters)
                        .replace("FILTER", networkFilter.indent(6).stripTrailing())
                        .replace("PORT", String.valueOf(upstream.getLocalPort())));
        return TestGateway.connect(gateway);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(InputStream in, int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    @Test
    void carriesOctetsBothWaysAndTheEndOfEachDirection() throws IOException {
        // Given
        try (Socket client = connect(PROXY, "");
                Socket server = upstream.accept()) {
            // When
            send(client, "ping");
            String asked = read(server.getInputStream(), 4);
            client.shutdownOutput();
            int end = server.getInputStream().read();
            send(server, "pong");
            server.shutdownOutput();
            // Then
            assertThat(asked).isEqualTo("ping");
            assertThat(end).isEqualTo(-1);
            assertThat(read(client.getInputStream(), 10)).isEqualTo("pong");
        }
    }

    @Test
    void handsOnWhatAListenerFilterHadToRead() throws IOException {
        // Given
        String inspector =
                "{name: tls, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}";
        try (Socket client = connect(PROXY, inspector)) {
            // When
            send(client, "no TLS");
            // Then
            try (Socket server = upstream.accept()) {
                assertThat(read(server.getInputStream(), 6)).isEqualTo("no TLS");
            }
        }
    }

    @Test
    void closesWhenTheUpstreamCannotBeReached() throws IOException {
        // Given
        upstream.close();
        // When
        try (Socket client = connect(PROXY, "")) {
            // Then
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionLastsNoLongerThanItMay() throws IOException {
        // Given
        String limited = PROXY + "    max_downstream_connection_duration: 0.2s\n";
        try (Socket client = connect(limited, "");
                Socket server = upstream.accept()) {
            // When, Then
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatTakesNothingIsClosedAfterTheIdleTimeOut() throws IOException {
        // Given
        String impatient = PROXY.replace("stat_prefix:", "idle_timeout: 0.3s\n    stat_prefix:");
        try (Socket client = connect(impatient, "");
                Socket server = upstream.accept()) {
            // When it is sent more than the kernel and the gateway hold
            Thread.startVirtualThread(() -> sendUntilClosed(server));
            // Then, asked more rarely than what would be activity
            Awaitility.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> send(client, "still there?"))
                                    .isInstanceOf(SocketException.class));
        }
    }

    private static void sendUntilClosed(Socket server) {
        try {
            while (true) {
                server.getOutputStream().write(new byte[MUCH]);
            }
        } catch (IOException _) {
            return; // as it should be
        }
    }

    @Test
    void theHashOfTheClientsAddressChoosesTheHost() throws IOException {
        // Given: a client that would be sent to both hosts in turn
        String hashed = PROXY + "    hash_policy: [{source_ip: {}}]\n";
        try (ServerSocket other = TestGateway.upstream()) {
            int[] accepted = new int[2];
            for (int i = 0; i < 6; i++) {
                // When
                try (Socket client = connect(hashed, "", other.getLocalPort())) {
                    send(client, "x");
                    upstream.setSoTimeout(300);
                    try (Socket server = upstream.accept()) {
                        accepted[0] += server.getInputStream().read() == 'x' ? 1 : 0;
                    } catch (SocketTimeoutException e) {
                        try (Socket server = other.accept()) {
                            accepted[1] += server.getInputStream().read() == 'x' ? 1 : 0;
                        }
                    }
                }
            }
            // Then
            assertThat(accepted).containsOnly(0, 6);
        }
    }

    @Test
    void theAddressOfAProxyHeaderIsTheClients() throws IOException {
        // Given
        String header =
                "{name: proxy, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}}";
        try (Socket client = connect(HTTP, header)) {
            // When
            send(
                    client,
                    "PROXY TCP4 192.0.2.7 198.51.100.1 4000 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            // Then
            try (Socket server = upstream.accept()) {
                var head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) server.getInputStream().read());
                }
                assertThat(head).contains("x-forwarded-for: 192.0.2.7\r\n");
            }
        }
    }

    @Test
    void aConnectionWithoutTheHeaderIsClosed() throws IOException {
        // Given
        String header =
                "{name: proxy, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}}";
        try (Socket client = connect(HTTP, header)) {
            // When
            send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            // Then
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }
}
