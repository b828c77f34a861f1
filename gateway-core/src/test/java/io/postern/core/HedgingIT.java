package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A try that takes too long goes on beside the next one: the first good answer counts. */
@Timeout(30)
class HedgingIT {
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
                          include_is_timeout_retry_header: true
                          routes:
                          - match: {prefix: /}
                            route:
                              cluster: up
                              timeout: 10s
                              hedge_policy: {hedge_on_per_try_timeout: true}
                              retry_policy: {retry_on: 5xx, num_retries: 1, per_try_timeout: 0.1s}
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
    private static final String REQUEST =
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody";

    private final Gateway gateway = TestGateway.start(new CountingFilter());
    private final ServerSocket upstream = TestGateway.upstream();

    @BeforeEach
    void serve() {
        TestGateway.serve(gateway, CONFIG.replace("PORT", String.valueOf(upstream.getLocalPort())));
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        var text = new StringBuilder();
        int octet = in.read();
        while (octet >= 0) {
            text.append((char) octet);
            if (text.toString().endsWith(end)) {
                return text.toString();
            }
            octet = in.read();
        }
        return text + "(end)";
    }

    private static void answer(Socket socket, String status, String body) throws IOException {
        String text =
                "HTTP/1.1 " + status + "\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private Socket request() throws IOException {
        Socket client = TestGateway.connect(gateway);
        client.setSoTimeout(20_000);
        client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
        return client;
    }

    @Test
    void theSecondTryMayAnswer() throws IOException {
        try (Socket client = request();
                Socket first = upstream.accept()) {
            // Given
            assertThat(readUntil(first, "body")).doesNotContain("x-envoy-is-timeout-retry");
            try (Socket second = upstream.accept()) {
                assertThat(readUntil(second, "body")).contains("x-envoy-is-timeout-retry: true");
                // When
                answer(second, "200 OK", "second");
                // Then
                assertThat(readUntil(client, "second")).startsWith("HTTP/1.1 200");
                assertThat(first.getInputStream().read()).as("the first is given up").isNegative();
            }
        }
    }

    @Test
    void theFirstTryMayStillAnswer() throws IOException {
        try (Socket client = request();
                Socket first = upstream.accept();
                Socket second = upstream.accept()) {
            // Given
            readUntil(first, "body");
            readUntil(second, "body");
            // When
            answer(first, "200 OK", "first");
            // Then
            assertThat(readUntil(client, "first")).startsWith("HTTP/1.1 200");
            assertThat(second.getInputStream().read()).as("the second is given up").isNegative();
        }
    }

    @Test
    void aBadAnswerIsNotTakenWhileAnotherTryIsOnItsWay() throws IOException {
        try (Socket client = request();
                Socket first = upstream.accept();
                Socket second = upstream.accept()) {
            // Given
            readUntil(first, "body");
            readUntil(second, "body");
            // When
            answer(second, "503 Bad", "bad");
            assertThat(second.getInputStream().read()).isNegative();
            answer(first, "200 OK", "first");
            // Then
            assertThat(readUntil(client, "first")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void theLastTryDecidesWhateverItsAnswer() throws IOException {
        try (Socket client = request();
                Socket first = upstream.accept();
                Socket second = upstream.accept()) {
            // Given
            readUntil(first, "body");
            readUntil(second, "body");
            // When
            first.shutdownOutput();
            assertThat(first.getInputStream().read()).as("the gateway has seen it").isNegative();
            answer(second, "503 Bad", "bad");
            // Then
            assertThat(readUntil(client, "bad")).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void whenEveryTryBreaksOffTheClientIsToldSo() throws IOException {
        try (Socket client = request();
                Socket first = upstream.accept();
                Socket second = upstream.accept()) {
            // Given
            readUntil(first, "body");
            readUntil(second, "body");
            // When
            second.shutdownOutput();
            first.shutdownOutput();
            // Then
            assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 503");
        }
    }
}
