package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONNECT requests that end here: their payload is what the upstream gets. */
@Timeout(30)
class ConnectTerminationIT {
    private static final String CONNECT = "CONNECT t.test:443 HTTP/1.1\r\nHost: t.test:443\r\n\r\n";

    private final ServerSocket upstream = TestGateway.upstream();
    private final Gateway gateway = TestGateway.start(new CountingFilter());

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    @Test
    void octetsGoBothWaysAndEachEndIsPassedOn() throws IOException {
        // Given
        serve("{}", upstream.getLocalPort());
        try (Socket client = TestGateway.connect(gateway)) {
            // When: what is sent at once with the request is payload, too
            send(client, CONNECT + "early");
            // Then
            assertThat(head(client)).startsWith("HTTP/1.1 200 OK\r\n");
            try (Socket server = upstream.accept()) {
                assertThat(read(server, 5)).isEqualTo("early");
                send(client, " and late");
                assertThat(read(server, 9)).isEqualTo(" and late");
                send(server, "answer");
                assertThat(read(client, 6)).isEqualTo("answer");
                // When
                server.shutdownOutput();
                // Then
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aLargePayloadArrivesWhole() throws IOException {
        // Given
        serve("{}", upstream.getLocalPort());
        try (Socket client = TestGateway.connect(gateway)) {
            send(client, CONNECT);
            head(client);
            try (Socket server = upstream.accept()) {
                byte[] much = new byte[8 * 1024 * 1024];
                Thread sending = Thread.ofVirtual().start(() -> sendAndClose(server, much));
                // When, Then
                assertThat(client.getInputStream().readAllBytes()).hasSize(much.length);
                assertThat(sending.isAlive()).isFalse();
            }
        }
    }

    @Test
    void theConnectionMayBeginWithAProxyHeader() throws IOException {
        // Given
        serve("{proxy_protocol_config: {version: V1}}", upstream.getLocalPort());
        try (Socket client = TestGateway.connect(gateway)) {
            // When
            send(client, CONNECT + "x");
            // Then
            try (Socket server = upstream.accept()) {
                String header =
                        "PROXY TCP4 127.0.0.1 127.0.0.1 "
                                + client.getLocalPort()
                                + " "
                                + client.getPort()
                                + "\r\n";
                assertThat(read(server, header.length() + 1)).isEqualTo(header + "x");
            }
        }
    }

    @Test
    void aPostIsAPayloadWhereThatIsAllowed() throws IOException {
        // Given
        serve("{allow_post: true}", upstream.getLocalPort());
        try (Socket client = TestGateway.connect(gateway)) {
            // When
            send(client, "POST / HTTP/1.1\r\nHost: t\r\ncontent-length: 4\r\n\r\nping");
            // Then
            try (Socket server = upstream.accept()) {
                assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("ping");
                sendAndClose(server, "pong".getBytes(ISO_8859_1));
            }
            assertThat(head(client)).contains("HTTP/1.1 200 OK", "transfer-encoding: chunked");
            assertThat(read(client, 14)).isEqualTo("4\r\npong\r\n0\r\n\r\n");
        }
    }

    @Test
    void aHostThatRefusesIsAnsweredFor() throws IOException {
        // Given
        int port = upstream.getLocalPort();
        upstream.close();
        serve("{}", port);
        try (Socket client = TestGateway.connect(gateway)) {
            // When
            send(client, CONNECT);
            // Then
            assertThat(head(client)).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
        }
    }

    @Test
    void anUpstreamThatBreaksOffBreaksTheTunnel() throws IOException {
        // Given
        serve("{}", upstream.getLocalPort());
        try (Socket client = TestGateway.connect(gateway)) {
            send(client, CONNECT);
            head(client);
            try (Socket server = upstream.accept()) {
                server.setSoLinger(true, 0);
            }
            // When, Then
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        }
    }

    private void serve(String connect, int port) {
        TestGateway.serve(
                gateway,
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
                              routes:
                              - match: {connect_matcher: {}}
                                route: {cluster: up, upgrade_configs: [{upgrade_type: CONNECT, connect_config: RULES}]}
                              - match: {prefix: /}
                                route: {cluster: up, upgrade_configs: [{upgrade_type: CONNECT, connect_config: RULES}]}
                          http_filters:
                          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  clusters:
                  - name: up
                    connect_timeout: 1s
                    load_assignment:
                      cluster_name: up
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
                """
                        .replace("RULES", connect)
                        .replace("PORT", Integer.toString(port)));
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void sendAndClose(Socket to, byte[] octets) {
        try {
            to.getOutputStream().write(octets);
            to.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Socket from, int octets) throws IOException {
        return new String(from.getInputStream().readNBytes(octets), ISO_8859_1);
    }

    /** Up to the empty line. */
    private static String head(Socket from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = from.getInputStream().read();
            if (octet < 0) {
                throw new AssertionError("no head but " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
