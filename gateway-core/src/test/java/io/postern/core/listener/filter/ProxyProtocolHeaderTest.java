package io.postern.core.listener.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.core.listener.filter.ProxyProtocolHeader.Absent;
import io.postern.core.listener.filter.ProxyProtocolHeader.Incomplete;
import io.postern.core.listener.filter.ProxyProtocolHeader.Malformed;
import io.postern.core.listener.filter.ProxyProtocolHeader.Told;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static ProxyProtocolHeader text(String octets) {
        return ProxyProtocolHeader.read(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
    }

    private static ProxyProtocolHeader binary(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(SIGNATURE + hex));
        return ProxyProtocolHeader.read(in);
    }

    @Test
    void readsVersion1() {
        assertThat(text("PROXY TCP4 192.0.2.1 198.51.100.1 4000 443\r\nGET /"))
                .isEqualTo(
                        new Told(
                                44,
                                new InetSocketAddress("192.0.2.1", 4000),
                                new InetSocketAddress("198.51.100.1", 443)));
        assertThat(text("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"))
                .isEqualTo(
                        new Told(
                                40,
                                new InetSocketAddress("2001:db8::1", 1),
                                new InetSocketAddress("2001:db8::2", 2)));
        assertThat(text("PROXY UNKNOWN whatever\r\n")).isEqualTo(new Told(24, null, null));
    }

    @Test
    void readsVersion2() {
        assertThat(binary("2111000cc0000201c63364010fa001bb"))
                .isEqualTo(
                        new Told(
                                28,
                                new InetSocketAddress("192.0.2.1", 4000),
                                new InetSocketAddress("198.51.100.1", 443)));
        assertThat(binary("20000000")).isEqualTo(new Told(16, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "PROXY", "PROXY TCP4 192.0.2.1", "\r", "\r\n\r\n\0\r\nQUIT\n!"})
    void waitsForTheRest(String start) {
        assertThat(text(start)).isInstanceOf(Incomplete.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "PROXX", "\u0016\u0003\u0001"})
    void tellsOtherProtocolsApart(String start) {
        assertThat(text(start)).isInstanceOf(Absent.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.1 4000\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 4000 65536\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 04000 1\r\n",
                "PROXY TCP4 ::1 ::2 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 example.com 192.0.2.2 1 2\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n"
            })
    void refusesBrokenTextHeaders(String header) {
        assertThat(text(header)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1111000c", "2211000c", "2111000401020304", "2131000100"})
    void refusesBrokenBinaryHeaders(String header) {
        assertThat(binary(header)).isInstanceOf(Malformed.class);
    }

    @Test
    void aLineThatDoesNotEndIsRefused() {
        assertThat(text("PROXY " + "x".repeat(200))).isInstanceOf(Malformed.class);
    }
}
