package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What connections to an upstream begin with that wants PROXY headers. */
@Timeout(30)
class UpstreamProxyHeaderIT {
    private static final String TCP =
            """
            name: tcp
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
              stat_prefix: test
              cluster: up
            """;
    private static final String HTTP =
            """
            name: hcm
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: test
              route_config:
                virtual_hosts:
                - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}
              http_filters:
              - name: router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;
    private static final String CONFIG =
            """
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - FILTER
              clusters:
              - name: up
                transport_socket:
                  name: envoy.transport_sockets.upstream_proxy_protocol
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport
                    config: {version: VERSION}
                    transport_socket:
                      name: envoy.transport_sockets.raw_buffer
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}
                load_assignment:
                  cluster_name: up
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
            """;
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private final Gateway gateway = TestGateway.start(new CountingFilter());
    private final ServerSocket upstream = TestGateway.upstream();

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    @Test
    void tcpNamesTheClientInVersion1() throws IOException {
        // Given
        try (Socket client = connect(TCP, "V1")) {
            // When
            client.getOutputStream().write("ping".getBytes(ISO_8859_1));
            // Then
            String line =
                    "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\nping"
                            .formatted(client.getLocalPort(), client.getPort());
            try (Socket server = upstream.accept()) {
                assertThat(text(server.getInputStream(), line.length())).isEqualTo(line);
            }
        }
    }

    @Test
    void tcpNamesTheClientInVersion2() throws IOException {
        // Given
        try (Socket client = connect(TCP, "V2");
                Socket server = upstream.accept()) {
            // When
            byte[] header = server.getInputStream().readNBytes(28);
            // Then
            assertThat(HexFormat.of().formatHex(header))
                    .isEqualTo(
                            SIGNATURE
                                    + "2111000c7f0000017f000001"
                                    + "%04x%04x"
                                            .formatted(client.getLocalPort(), client.getPort()));
        }
    }

    @Test
    void httpNamesTheClientInVersion1() throws IOException {
        // Given
        try (Socket client = connect(HTTP, "V1")) {
            // When
            client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            // Then
            try (Socket server = upstream.accept()) {
                assertThat(readHead(server)).startsWith(header(client) + "GET / HTTP/1.1\r\n");
            }
        }
    }

    @Test
    void httpNamesTheClientInVersion2() throws IOException {
        // Given
        try (Socket client = connect(HTTP, "V2")) {
            // When
            client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            // Then
            try (Socket server = upstream.accept()) {
                InputStream in = server.getInputStream();
                assertThat(HexFormat.of().formatHex(in.readNBytes(28)))
                        .startsWith(SIGNATURE + "2111000c7f0000017f000001")
                        .endsWith("%04x%04x".formatted(client.getLocalPort(), client.getPort()));
                assertThat(text(in, 5)).isEqualTo("GET /");
            }
        }
    }

    @Test
    void requestsOfOneClientShareAConnectionAndThoseOfTwoDoNot() throws IOException {
        // Given
        try (Socket first = connect(HTTP, "V1");
                Socket second = TestGateway.connect(gateway)) {
            first.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            try (Socket ofFirst = upstream.accept()) {
                assertThat(readHead(ofFirst)).startsWith(header(first));
                ofFirst.getOutputStream().write(ANSWER.getBytes(ISO_8859_1));
                assertThat(readHead(first)).startsWith("HTTP/1.1 200");

                // When: the connection that is idle now is not the second client's
                second.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));

                // Then
                try (Socket ofSecond = upstream.accept()) {
                    assertThat(readHead(ofSecond)).startsWith(header(second));
                }
                first.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                assertThat(readHead(ofFirst)).startsWith("GET / HTTP/1.1");
            }
        }
    }

    private static String header(Socket client) {
        return "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n"
                .formatted(client.getLocalPort(), client.getPort());
    }

    private static String readHead(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return head + "(end)";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private Socket connect(String filter, String version) throws IOException {
        TestGateway.serve(
                gateway,
                CONFIG.replace("FILTER", filter.indent(8).strip())
                        .replace("VERSION", version)
                        .replace("PORT", String.valueOf(upstream.getLocalPort())));
        return TestGateway.connect(gateway);
    }

    private static String text(InputStream in, int count) throws IOException {
        return new String(in.readNBytes(count), ISO_8859_1);
    }
}
