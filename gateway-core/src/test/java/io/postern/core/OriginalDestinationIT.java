package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that say where they wanted to go, and a cluster that takes them there. */
@Timeout(30)
class OriginalDestinationIT {
    private static final String CONFIG =
            """
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                listener_filters:
                - name: proxy
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol
                    allow_requests_without_proxy_protocol: true
                filter_chains:
                - filters:
                  - FILTER
              clusters:
              - name: up
                type: ORIGINAL_DST
                lb_policy: CLUSTER_PROVIDED
            """;
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
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    private final Gateway gateway = TestGateway.start(new CountingFilter());
    private final ServerSocket upstream = TestGateway.upstream();

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    private Socket connect(String filter) throws IOException {
        TestGateway.serve(gateway, CONFIG.replace("FILTER", filter.indent(8).strip()));
        return TestGateway.connect(gateway);
    }

    private byte[] proxied(String text) {
        String header = "PROXY TCP4 10.0.0.1 127.0.0.1 999 " + upstream.getLocalPort() + "\r\n";
        return (header + text).getBytes(ISO_8859_1);
    }

    @Test
    void aRequestGoesWhereItsConnectionWanted() throws IOException {
        // Given
        try (Socket client = connect(HTTP)) {
            // When
            client.getOutputStream().write(proxied(REQUEST));
            // Then
            try (Socket server = upstream.accept()) {
                byte[] line = server.getInputStream().readNBytes(14);
                assertThat(new String(line, ISO_8859_1)).isEqualTo("GET / HTTP/1.1");
            }
        }
    }

    @Test
    void aByteStreamGoesWhereItsConnectionWanted() throws IOException {
        // Given
        try (Socket client = connect(TCP)) {
            // When
            client.getOutputStream().write(proxied("ping"));
            // Then
            try (Socket server = upstream.accept()) {
                assertThat(new String(server.getInputStream().readNBytes(4), ISO_8859_1))
                        .isEqualTo("ping");
            }
        }
    }

    @Test
    void aConnectionThatDoesNotSayItGoesNowhere() throws IOException {
        // Given
        try (Socket client = connect(HTTP)) {
            // When
            client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            // Then
            byte[] line = client.getInputStream().readNBytes(12);
            assertThat(new String(line, ISO_8859_1)).isEqualTo("HTTP/1.1 503");
        }
    }
}
