package io.postern.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Raw requests and what becomes of them. "As Envoy" means: as recorded from Envoy 1.40; where we
 * are stricter on purpose the case says so.
 */
class Http1RequestCasesTest {
    @RegisterExtension private final Buffers buffers = new Buffers();

    record Case(String name, String request, String... events) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String OK = "head :authority: a|:path: /|:method: GET|:scheme: http";
    private static final String CODEC_ERROR = "invalid 400 http1.codec_error";
    private static final String CHARACTERS = "invalid 400 http1.invalid_characters";
    private static final String AUTHORITY = "invalid 400 http.invalid_authority";
    private static final String LOW = "invalid 426 low_version";
    private static final String NO_HOST = "invalid 400 missing_host_header";
    private static final String URL = "invalid 400 http1.invalid_url";
    private static final String ENCODING = "invalid 501 http1.invalid_transfer_encoding";
    private static final String POST = "head :authority: a|:path: /|:method: POST|:scheme: http";

    private static Case get(String name, String lines, String... events) {
        return new Case(name, "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n", events);
    }

    private static Case target(String target, String... events) {
        return new Case(target, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", events);
    }

    private static Case line(String line, String... events) {
        return new Case(line, line + "\r\nHost: a\r\n\r\n", events);
    }

    private static Case post(String lines, String body, String... events) {
        return new Case(
                lines + body, "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n" + body, events);
    }

    private static Case chunks(String body, String... events) {
        return new Case(
                body,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
                events);
    }

    private static Case host(String host, String... events) {
        return new Case("Host: " + host, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", events);
    }

    static List<Case> startLines() {
        return List.of(
                line("GET / HTTP/1.1", OK + " end"),
                new Case("no Host", "GET / HTTP/1.1\r\n\r\n", NO_HOST),
                new Case(
                        "empty Host, as Envoy",
                        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                        "head :authority: |:path: /|:method: GET|:scheme: http end"),
                get("two Hosts, stricter than Envoy", "Host: b", AUTHORITY),
                new Case("space in Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", AUTHORITY),
                new Case("slash in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", AUTHORITY),
                target(
                        "http://h:80/p?q",
                        "head :authority: h:80|:path: /p?q|:method: GET|:scheme: http end"),
                target("http://h", "head :authority: h|:path: /|:method: GET|:scheme: http end"),
                target("https://u@h/x", URL),
                host("a:80", "head :authority: a:80|:path: /|:method: GET|:scheme: http end"),
                host("[::1]:8", "head :authority: [::1]:8|:path: /|:method: GET|:scheme: http end"),
                host("a:", "head :authority: a:|:path: /|:method: GET|:scheme: http end"),
                host("a:b", AUTHORITY),
                host("a:-1", AUTHORITY),
                host("a:65536", AUTHORITY),
                host("a:1:2", AUTHORITY),
                host("::1", AUTHORITY),
                host("[::1", AUTHORITY),
                host("[::1]x", AUTHORITY),
                host("[]", AUTHORITY),
                host("u@a", AUTHORITY),
                host(":80", AUTHORITY),
                host("a%", AUTHORITY),
                host("a%2", AUTHORITY),
                host("a%2fb", AUTHORITY),
                host("a%00", AUTHORITY),
                host("a%40b", AUTHORITY),
                host("[::1%lo]", AUTHORITY),
                host(
                        "[::1%25lo]",
                        "head :authority: [::1%25lo]|:path: /|:method: GET|:scheme: http end"),
                target("http://[::1%25lo]/", URL),
                host("a%2e", "head :authority: a%2e|:path: /|:method: GET|:scheme: http end"),
                host("[1.2.3.4]", AUTHORITY),
                target("http://h:x/", URL),
                target("http://h:99999/", URL),
                target("http://h:/", URL),
                target("http://a@b@h/", URL),
                target("http://h\\@evil/", URL),
                target("http://h%41/", URL),
                target("http://[::1/", URL),
                target("ftp://h/x", "invalid 400 http1.invalid_scheme"),
                target("http:///x", URL),
                target("foo", CODEC_ERROR),
                target("*", URL),
                target("/\u00e9", CODEC_ERROR),
                target("/\u0001", CODEC_ERROR),
                target("/\tx", CODEC_ERROR),
                line(
                        "OPTIONS * HTTP/1.1",
                        "head :authority: a|:path: *|:method: OPTIONS|:scheme: http end"),
                line(
                        "CONNECT b:80 HTTP/1.1",
                        "head :authority: b:80|:method: CONNECT|:scheme: http"),
                line("CONNECT b HTTP/1.1", URL),
                line("CONNECT /x HTTP/1.1", URL),
                line("GET / HTTP/1.0", LOW),
                line("GET / HTTP/1.2", LOW),
                line("GET / HTTP/2.0", LOW),
                line("GET /", LOW),
                line("GET / http/1.1", CODEC_ERROR),
                line("GET / HTTP/1.1x", CODEC_ERROR),
                line("G@T / HTTP/1.1", CODEC_ERROR),
                line("FOO / HTTP/1.1", CODEC_ERROR),
                line("get / HTTP/1.1", CODEC_ERROR),
                line("GET  / HTTP/1.1", CODEC_ERROR),
                line("GET / HTTP/1.1 ", CODEC_ERROR),
                line("GET\t/\tHTTP/1.1", CODEC_ERROR),
                line("\r\n\r\nGET / HTTP/1.1", OK + " end"),
                line("\r\n".repeat(9) + "GET / HTTP/1.1", CODEC_ERROR),
                line("\nGET / HTTP/1.1", CODEC_ERROR),
                new Case("TLS", "\u0016\u0003\u0001\u0002", CODEC_ERROR),
                new Case("garbage", "xxxxxxxxxxxxxxxxxxxxxxxxxx", CODEC_ERROR));
    }

    static List<Case> headers() {
        return List.of(
                get("a header", "X-Y:  b c \t", OK + "|x-y: b c end"),
                get("empty value", "X:", OK + "|x: end"),
                get("high octets", "x: a\u00e9b", OK + "|x: a\u00e9b end"),
                get(
                        "obscured length",
                        "Content_Length: 3",
                        "invalid 400 http1.unexpected_underscore"),
                get(
                        "obscured coding",
                        "transfer_encoding: x",
                        "invalid 400 http1.unexpected_underscore"),
                get("underscore", "x_y: b", OK + "|x_y: b end"),
                new Case("bare LF", "GET / HTTP/1.1\nHost: a\n\n", CODEC_ERROR),
                new Case("bare LF line", "GET / HTTP/1.1\r\nHost: a\nx: y\r\n\r\n", CODEC_ERROR),
                get("bare CR", "x: a\rb", CODEC_ERROR),
                get("NUL", "x: a\0b", CHARACTERS),
                get("control", "x: a\u0001b", CHARACTERS),
                get("DEL", "x: a\u007fb", CHARACTERS),
                get("bad name", "x(y: b", CODEC_ERROR),
                get("high octet in name", "x\u00e9y: b", CODEC_ERROR),
                get("no name", ": b", CODEC_ERROR),
                get("no colon", "xyz", CODEC_ERROR),
                get("space before colon", "x : b", CODEC_ERROR),
                get("folded line, stricter than Envoy", "x: b\r\n c", CODEC_ERROR),
                new Case("fold first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", CODEC_ERROR),
                get("too large", "x: " + "a".repeat(9000), "invalid 431 http1.headers_too_large"),
                new Case(
                        "too large before the end of the line",
                        "GET /" + "a".repeat(20000),
                        "invalid 431 http1.headers_too_large"),
                get(
                        "too many",
                        "x: a\r\n".repeat(100) + "x: a",
                        "invalid 431 http1.too_many_headers"),
                get(
                        "nominated",
                        "Connection: x, te\r\nTE: trailers\r\nX: y",
                        OK + "|te: trailers end"),
                get("nominated te", "Connection: te\r\nTE: gzip", OK + " end"),
                get("nominated host", "Connection: host", NO_HOST),
                get(
                        "nominated x-forwarded-for",
                        "Connection: x-forwarded-for",
                        "invalid 400 http1.connection_header_rejected"),
                get(
                        "too many nominated",
                        "Connection: a,b,c,d,e,f,g,h,i,j,k",
                        "invalid 400 http1.connection_header_rejected"),
                get("keep-alive", "Keep-Alive: 5\r\nProxy-Connection: x", OK + " end"),
                get(
                        "h2c is ignored",
                        "Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A",
                        OK + " end"),
                get(
                        "upgrade",
                        "Connection: upgrade\r\nUpgrade: websocket",
                        OK + "|connection: upgrade|upgrade: websocket"));
    }

    static List<Case> bodies() {
        String clte = "invalid 400 http1.content_length_and_chunked_not_allowed";
        return List.of(
                post("Content-Length: 3", "abc", POST + "|content-length: 3", "data abc end"),
                post("Content-Length: 0", "", POST + "|content-length: 0 end"),
                post("Content-Length: 4", "abc", POST + "|content-length: 4", "data abc"),
                post("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n", clte),
                post("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n", clte),
                post("Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n", clte),
                post("Content-Length: 3\r\nContent-Length: 3", "abc", CODEC_ERROR),
                post("Content-Length: 3\r\nContent-Length: 4", "abc", CODEC_ERROR),
                post("Content-Length: 3, 3", "abc", CODEC_ERROR),
                post("Content-Length: -3", "abc", CODEC_ERROR),
                post("Content-Length: +3", "abc", CODEC_ERROR),
                post("Content-Length: 0x3", "abc", CODEC_ERROR),
                post("Content-Length: 99999999999999999999", "abc", CODEC_ERROR),
                post("Content-Length:", "abc", CODEC_ERROR),
                post("Transfer-Encoding: gzip", "", ENCODING),
                post("Transfer-Encoding: gzip, chunked", "", ENCODING),
                post("Transfer-Encoding: identity", "", ENCODING),
                post("Transfer-Encoding: xchunked", "", ENCODING),
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "", ENCODING),
                post("Transfer-Encoding: CHUNKED", "0\r\n\r\n", POST, "data  end"),
                chunks("3\r\nabc\r\n0\r\n\r\n", POST, "data abc", "data  end"),
                chunks("3 \r\nabc\r\n0\r\n\r\n", POST, CODEC_ERROR),
                chunks("3 ;a\r\nabc\r\n0\r\n\r\n", POST, "data abc", "data  end"),
                chunks("3;a=b\r\nabc\r\n00\r\n\r\n", POST, "data abc", "data  end"),
                chunks("1\r\na\r\nA\r\n0123456789\r\n", POST, "data a", "data 0123456789"),
                chunks("3\r\nabc\r\n0\r\nx: y\r\n\r\n", POST, "data abc", "data  end"),
                chunks("zz\r\n", POST, CODEC_ERROR),
                chunks("-1\r\n", POST, CODEC_ERROR),
                chunks("\r\n", POST, CODEC_ERROR),
                chunks(" 3\r\n", POST, CODEC_ERROR),
                chunks(";a\r\n", POST, CODEC_ERROR),
                chunks("0x3\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("ffffffffffffffff\r\n", POST, CODEC_ERROR),
                chunks("3;" + "a".repeat(300) + "\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a=b\nabc\r\n0\r\n\r\n", POST, CODEC_ERROR),
                chunks("3\nabc\r\n0\r\n\r\n", POST, CODEC_ERROR),
                chunks("3;a\0b\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a=\"b;\\\"\";c\r\nabc\r\n0\r\n\r\n", POST, "data abc", "data  end"),
                chunks("3; a = b ;c\r\nabc\r\n0\r\n\r\n", POST, "data abc", "data  end"),
                chunks("3;\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a;\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a=\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a b\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a=\"b\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a=\"\\\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3;a\u00ff\r\nabc\r\n", POST, CODEC_ERROR),
                chunks("3\r\nabc\n0\r\n\r\n", POST, "data abc", CODEC_ERROR),
                chunks("3\r\nabcd\r\n0\r\n\r\n", POST, "data abc", CODEC_ERROR),
                chunks("0\r\nx : y\r\n\r\n", POST, CODEC_ERROR));
    }

    @ParameterizedTest
    @MethodSource({"startLines", "headers", "bodies"})
    void becomesTheseEvents(Case given) {
        // Given
        try (var server = new ServerChannel(buffers, Settings.manager(), 32768)) {
            // When
            var exchange = server.send(given.request);
            // Then
            assertThat(exchange.events).containsExactly(given.events);
            assertThat(server.exchanges).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource({"startLines", "headers", "bodies"})
    void becomesTheSameWhenItArrivesOctetByOctet(Case given) {
        // Given
        try (var server = new ServerChannel(buffers, Settings.manager(), 32768)) {
            // When
            server.sendOctetByOctet(given.request);
            // Then
            assertThat(joinData(server.exchange().events))
                    .isEqualTo(joinData(List.of(given.events)));
        }
    }

    private static String joinData(List<String> events) {
        return String.join("\n", events).replace("\ndata ", "");
    }
}
