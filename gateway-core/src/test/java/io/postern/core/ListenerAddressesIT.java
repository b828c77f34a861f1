package io.postern.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a listener listens, and which filter chain serves whom by where a connection is from. */
@Timeout(30)
class ListenerAddressesIT {
    private static final String CHAIN =
            """
                - filter_chain_match: MATCH
                  filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: test
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: {prefix: /}
                            direct_response: {status: 200, body: {inline_string: "ANSWER"}}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;
    private static final String LISTENER =
            """
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                MORE
                filter_chains:
            """;
    private static final String PROXIED =
            """
            listener_filters: [{name: proxy, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}}]
            """;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".getBytes(ISO_8859_1);

    private final Gateway gateway = TestGateway.start(new CountingFilter());

    @AfterEach
    void close() {
        gateway.close();
    }

    private static String chain(String match, String answer) {
        return CHAIN.replace("MATCH", match).replace("ANSWER", answer);
    }

    private void serve(String more, String... chains) {
        TestGateway.serve(
                gateway, LISTENER.replace("MORE", more.strip()) + String.join("", chains));
    }

    /** The answer's last word. */
    private String ask(String before) throws IOException {
        try (Socket client = TestGateway.connect(gateway)) {
            client.getOutputStream().write(before.getBytes(ISO_8859_1));
            client.getOutputStream().write(REQUEST);
            String answer = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
            return answer.substring(answer.lastIndexOf('\n') + 1);
        }
    }

    private static String proxied(String from) {
        return "PROXY TCP4 " + from + " 10.0.0.9 1000 80\r\n";
    }

    @Test
    void itListensOnFurtherAddressesToo(@TempDir Path directory) throws IOException {
        // Given
        Path pipe = directory.resolve("p");
        serve(
                "additional_addresses: [{address: {pipe: {path: " + pipe + "}}}]",
                chain("{}", "hello"));
        // When
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(pipe))) {
            client.write(ByteBuffer.wrap(REQUEST));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && client.read(answer) >= 0) {
                assertThat(client.isOpen()).isTrue();
            }
            // Then
            assertThat(new String(answer.array(), ISO_8859_1)).isEqualTo("HTTP/1.1 200");
        }
        assertThat(ask("")).isEqualTo("hello");
    }

    @Test
    void aChainMayBeForConnectionsFromHereOnly() throws IOException {
        // Given
        serve(
                PROXIED,
                chain("{source_type: SAME_IP_OR_LOOPBACK}", "here"),
                chain("{source_type: EXTERNAL}", "elsewhere"));
        // Then
        assertThat(ask(proxied("127.0.0.1"))).isEqualTo("here");
        assertThat(ask(proxied("10.0.0.9"))).isEqualTo("here");
        assertThat(ask(proxied("10.0.0.1"))).isEqualTo("elsewhere");
    }

    @Test
    void theDirectSourceIsThePeerWhateverAHeaderSays() throws IOException {
        // Given
        serve(
                PROXIED,
                chain(
                        "{source_prefix_ranges: [{address_prefix: 10.0.0.1, prefix_len: 32}]}",
                        "told"),
                chain(
                        "{direct_source_prefix_ranges: [{address_prefix: 127.0.0.1, prefix_len: 32}]}",
                        "peer"));
        // Then: what is direct comes before what is told
        assertThat(ask(proxied("10.0.0.1"))).isEqualTo("peer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "any_match: true | true",
                "destination_port_range: {start: 1, end: 65536} | true",
                "destination_port_range: {start: 1, end: 2} | false",
                "not_match: {any_match: true} | false",
                "or_match: {rules: [{destination_port_range: {start: 1, end: 2}}, {any_match: true}]} | true",
                "and_match: {rules: [{destination_port_range: {start: 1, end: 2}}, {any_match: true}]} | false"
            })
    void aListenerFilterCanBeOffForSomePorts(String where, boolean off) throws IOException {
        // Given
        serve(
                PROXIED.replace("{name: proxy,", "{name: proxy, filter_disabled: {" + where + "},"),
                chain("{}", "hello"));
        // Then
        assertThat(ask(off ? "" : proxied("10.0.0.1"))).isEqualTo("hello");
        assertThat(ask(off ? proxied("10.0.0.1") : "")).isNotEqualTo("hello");
    }

    @Test
    void anAddressOfAnotherMachineCanBeListenedOnFreely() {
        // Given: 192.0.2.0/24 is nobody's (RFC 5737)
        assumeThat(Epoll.isAvailable()).isTrue();
        String elsewhere = LISTENER.replace("127.0.0.1", "192.0.2.1") + chain("{}", "hello");
        // When
        TestGateway.serve(gateway, elsewhere.replace("MORE", "freebind: true"));
        // Then
        assertThat(TestGateway.port(gateway)).isPositive();
        assertThatThrownBy(() ->
                        TestGateway.serve(
                                gateway,
                                elsewhere.replace("name: main", "name: bound").replace("MORE", "")))
                .hasMessageContaining("cannot bind 192.0.2.1");
    }

    @Test
    void theSourcePortDecidesLast() throws IOException {
        // Given
        serve(PROXIED, chain("{source_ports: [1000]}", "this"), chain("{}", "any"));
        // Then
        assertThat(ask(proxied("10.0.0.1"))).isEqualTo("this");
        assertThat(ask("PROXY TCP4 10.0.0.1 10.0.0.9 1001 80\r\n")).isEqualTo("any");
    }
}
