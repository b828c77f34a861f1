package io.postern.core.http;

import static io.postern.core.http.Http2Wire.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests over HTTP/2 that another reader could take for something else (RFC 9113 section 8), most
 * of all one behind the gateway that is asked over HTTP/1.
 */
class Http2MessageCasesTest {
    private static final String FIELD = "invalid 400 http2.invalid.header.field";
    private static final String HOST = "invalid 400 http.invalid_authority";
    private static final String MALFORMED = "reset PROTOCOL_ERROR http2.invalid.header.field";
    private static final String VIOLATION =
            "reset PROTOCOL_ERROR http2.violation.of.messaging.rule";
    private static final String RESET = "reset 1 with 1"; // before there was a stream to speak of
    private static final List<String> PSEUDO = List.of(":method", ":scheme", ":authority", ":path");

    @RegisterExtension private final Buffers buffers = new Buffers();

    /** Names and values of a head, four of which are good when they are not given. */
    record Case(List<String> lines, String outcome) {
        @Override
        public String toString() {
            return String.join(" ", lines);
        }

        String block() {
            var all = new ArrayList<String>();
            List<String> good = List.of("GET", "http", "a", "/");
            for (int i = 0; i < 4; i++) {
                if (!lines.contains(PSEUDO.get(i))) {
                    all.add(PSEUDO.get(i));
                    all.add(good.get(i));
                }
            }
            all.addAll(lines);
            return fields(all.toArray(String[]::new));
        }
    }

    private static Case of(String outcome, String... lines) {
        return new Case(List.of(lines), outcome);
    }

    static Stream<Case> cases() {
        var cases = new ArrayList<Case>();
        for (String path :
                new String[] {"admin", "*", "http://a/x", "?x", "\\x", "/ x", "/x\t", "/\u00ff"}) {
            cases.add(of(FIELD, ":path", path));
        }
        for (String path : new String[] {"", "/x\u0000", "/x\r\nHost: b", "/\u007f", " /x"}) {
            cases.add(of(MALFORMED, ":path", path));
        }
        for (String host :
                new String[] {
                    "a/x",
                    "a b",
                    "a\tb",
                    "a?x",
                    "a#x",
                    "a\\b",
                    "u@a",
                    "a:99999",
                    "a:-1",
                    "a:1:2",
                    "[::1",
                    "[::1%lo]",
                    "a%00",
                    "a%2fx",
                    "a%40b",
                    ":80",
                    "a<b>"
                }) {
            cases.add(of(HOST, ":authority", host));
            cases.add(of(HOST, "host", host));
        }
        for (String method : new String[] {"GET /", "G:T", "G(T", "G\u00c9T"}) {
            cases.add(of(FIELD, ":method", method));
        }
        for (String scheme : new String[] {"ht tp", "http://b/?", "1", "http\u00ff"}) {
            cases.add(of(FIELD, ":scheme", scheme));
        }
        for (String name :
                new String[] {
                    "X", "x y", "x\t", "x\0", "x\r", "x\n", "x:y", "x/y", "x(y", "x\"", "x\u007f",
                    "x\u00ff", "x,y", "x;y", "x{y", "x=y", "x@y", "x[y", "x\\y", ":", ":x",
                    ":status", ""
                }) {
            cases.add(of(MALFORMED, name, "1"));
        }
        for (String value :
                new String[] {
                    "\0",
                    "a\u0001b",
                    "a\nb",
                    "a\rb",
                    "a\r\nb: c",
                    "a\u000bb",
                    "a\u001bb",
                    "a\u007fb",
                    " a",
                    "\ta",
                    " "
                }) {
            cases.add(of(MALFORMED, "x", value));
        }
        for (String pseudo : PSEUDO) {
            cases.add(new Case(List.of(pseudo, "/", pseudo, "/"), MALFORMED));
        }
        return Stream.concat(cases.stream(), connections());
    }

    private static Stream<Case> connections() {
        return Stream.of(
                of(MALFORMED, "connection", "close"),
                of(MALFORMED, "keep-alive", "5"),
                of(MALFORMED, "proxy-connection", "close"),
                of(MALFORMED, "transfer-encoding", "chunked"),
                of(MALFORMED, "upgrade", "websocket"),
                of(MALFORMED, "te", "gzip"),
                of(MALFORMED, "te", ""),
                of(MALFORMED, "te", "trailers", "te", "gzip"),
                of(FIELD, "x", "a "),
                of(FIELD, "x", "a\t"),
                of(HOST, "host", "a", "host", "a"),
                of(FIELD, ":method", "CONNECT"),
                of(FIELD, ":method", "CONNECT", ":protocol", "websocket"),
                of(FIELD, ":protocol", "websocket"),
                of(RESET, "content-length", "5"),
                of(MALFORMED, "x", "1", ":path", "/"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void servesNoHeadThatOthersWouldReadOtherwise(Case given) {
        assertThat(outcome(head(1, given.block()))).isEqualTo(given.outcome());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"+5", "-5", "0x5", "", "5 ", " 5", "5, 6", "4", "6", "99999999999999999999"})
    void servesNoBodyOfAnotherLength(String length) {
        String request =
                open(1, request("POST", "content-length", length))
                        + frame(DATA, END_STREAM, 1, "hello");
        assertThat(outcome(request)).isIn(RESET + ", reset 1 with 5", MALFORMED, VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {":path", "transfer-encoding", "connection", "X", "x y"})
    void takesNoTrailersThatAreMalformed(String name) {
        String request = open(1, request("POST")) + head(1, fields(name, "chunked"));
        assertThat(outcome(request)).isEqualTo(VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "host", "expect", "te"})
    void dropsTrailersThatWouldChangeTheRequest(String name) {
        String request = open(1, request("POST")) + head(1, fields("x", "1", name, "trailers"));
        assertThat(outcome(request)).isEqualTo("trailers x: 1");
    }

    private String outcome(String octets) {
        try (ServerChannel server = ServerChannel.ofHttp2(buffers)) {
            server.write(octets);
            return server.exchanges.isEmpty()
                    ? String.join(", ", verdicts(server.received()))
                    : server.exchange().last();
        }
    }
}
