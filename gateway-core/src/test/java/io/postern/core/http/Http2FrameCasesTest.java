package io.postern.core.http;

import static io.postern.core.http.Http2Wire.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client's frames may not be (RFC 9113), and floods of those that ask for nothing. */
class Http2FrameCasesTest {
    @RegisterExtension private final Buffers buffers = new Buffers();

    /**
     * @param outcome what the server says, and what was heard of requests
     */
    record Case(String name, String octets, String outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String GET = head(1, request("GET"));
    private static final String POST = open(1, request("POST"));
    private static final String HEARD =
            "head :method: GET|:scheme: http|:authority: a|:path: / end";
    private static final String VIOLATION =
            "reset PROTOCOL_ERROR http2.violation.of.messaging.rule";

    static Stream<Case> cases() {
        return Stream.of(streams(), settings(), windows(), blocks(), paddings())
                .flatMap(List::stream);
    }

    static List<Case> streams() {
        return List.of(
                new Case("a request", GET, HEARD),
                new Case("data on stream 0", frame(DATA, END_STREAM, 0, "x"), "goaway 1"),
                new Case("data on an idle stream", frame(DATA, END_STREAM, 1, "x"), "goaway 1"),
                new Case("a head on stream 0", head(0, request("GET")), "goaway 1"),
                new Case("a head on an even stream", head(2, request("GET")), "goaway 1"),
                new Case(
                        "a head on a lower stream",
                        head(5, request("GET")) + head(3, request("GET")),
                        "reset 3 with 5, " + HEARD),
                new Case("a second head", GET + GET, "reset 1 with 1, " + VIOLATION),
                new Case(
                        "data behind the end",
                        GET + frame(DATA, END_STREAM, 1, "x"),
                        "reset 1 with 5, " + VIOLATION),
                new Case(
                        "data behind a reset",
                        POST
                                + frame(RST_STREAM, 0, 1, number(8, 4))
                                + frame(DATA, END_STREAM, 1, "x"),
                        "reset 1 with 5, reset REMOTE_RESET"),
                new Case(
                        "a head that depends on itself",
                        frame(
                                HEADERS,
                                END_HEADERS | END_STREAM | PRIORITIZED,
                                1,
                                number(1, 4) + "x" + request("GET")),
                        "goaway 1"),
                new Case(
                        "a priority that depends on itself",
                        frame(PRIORITY, 0, 1, number(1, 4) + "x"),
                        "reset 1 with 1, reset PROTOCOL_ERROR http2.invalid.header.field"),
                new Case(
                        "a priority of stream 0",
                        frame(PRIORITY, 0, 0, number(1, 4) + "x"),
                        "goaway 1"),
                new Case(
                        "a priority of four octets",
                        frame(PRIORITY, 0, 1, "abcd"),
                        "reset 1 with 6"),
                new Case("a reset of stream 0", frame(RST_STREAM, 0, 0, number(8, 4)), "goaway 1"),
                new Case(
                        "a reset of an idle stream",
                        frame(RST_STREAM, 0, 1, number(8, 4)),
                        "goaway 1"),
                new Case(
                        "a reset of three octets",
                        GET + frame(RST_STREAM, 0, 1, "abc"),
                        "goaway 6, reset PROTOCOL_ERROR"),
                new Case(
                        "a push promise",
                        frame(PUSH_PROMISE, END_HEADERS, 1, number(2, 4) + request("GET")),
                        "goaway 1"),
                new Case("a ping on a stream", frame(PING, 0, 1, "12345678"), "goaway 1"),
                new Case("a ping of seven octets", frame(PING, 0, 0, "1234567"), "goaway 6"),
                new Case("a goaway on a stream", frame(GOAWAY, 0, 1, number(0, 8)), "goaway 1"),
                new Case("a goaway of four octets", frame(GOAWAY, 0, 0, number(0, 4)), "goaway 6"),
                new Case(
                        "a request behind a goaway",
                        frame(GOAWAY, 0, 0, number(0, 8)) + GET,
                        HEARD),
                new Case("an unknown frame", frame(0xbb, 0xff, 7, "hello") + GET, HEARD),
                new Case(
                        "the reserved bit of a stream",
                        frame(HEADERS, END_HEADERS | END_STREAM, 0x80000001, request("GET")),
                        HEARD),
                new Case(
                        "flags that nobody defined",
                        frame(HEADERS, 0xd7, 1, request("GET")),
                        HEARD),
                new Case(
                        "a frame that is too large",
                        frame(DATA, 0, 1, "x".repeat(16_385)),
                        "goaway 6"),
                new Case(
                        "the largest length there is",
                        "\u00ff\u00ff\u00ff\0\0\0\0\0\1" + "x".repeat(100),
                        "goaway 6"),
                new Case("the preface again", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "goaway 6"),
                new Case(
                        "HTTP/1.1 behind the preface",
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "goaway 6"));
    }

    static List<Case> settings() {
        return List.of(
                new Case("settings on a stream", frame(SETTINGS, 0, 1, ""), "goaway 1"),
                new Case(
                        "settings that acknowledge and say something",
                        frame(SETTINGS, ACK, 0, number(1, 6)),
                        "goaway 6"),
                new Case(
                        "settings of five octets", frame(SETTINGS, 0, 0, number(1, 5)), "goaway 6"),
                new Case("push of two", setting(2, 2), "goaway 1"),
                new Case("a window beyond 2^31", setting(4, 0x8000_0000L), "goaway 3"),
                new Case("a frame size too small", setting(5, 100), "goaway 1"),
                new Case("a frame size too large", setting(5, 1 << 24), "goaway 1"),
                new Case("extended CONNECT of two", setting(8, 2), "goaway 1"),
                new Case("a setting that nobody knows", setting(0x99, 2) + GET, HEARD),
                new Case("a table of 4 GiB", setting(1, 0xffff_ffffL) + GET, HEARD),
                new Case(
                        "a window that overflows by a setting",
                        POST
                                + frame(WINDOW_UPDATE, 0, 1, number(0x7fff_ffff - 65_535, 4))
                                + setting(4, 70_000),
                        "reset 1 with 3, " + VIOLATION));
    }

    static List<Case> windows() {
        return List.of(
                new Case(
                        "an increment of zero",
                        frame(WINDOW_UPDATE, 0, 0, number(0, 4)),
                        "goaway 1"),
                new Case(
                        "an increment of zero for a stream",
                        POST + frame(WINDOW_UPDATE, 0, 1, number(0, 4)),
                        "reset 1 with 1, " + VIOLATION),
                new Case(
                        "credit for an idle stream",
                        frame(WINDOW_UPDATE, 0, 1, number(1, 4)),
                        "goaway 1"),
                new Case(
                        "more credit than there is",
                        frame(WINDOW_UPDATE, 0, 0, number(0x7fff_ffff, 4)),
                        "goaway 3"),
                new Case(
                        "more credit for a stream than there is",
                        POST + frame(WINDOW_UPDATE, 0, 1, number(0x7fff_ffff, 4)),
                        "reset 1 with 3, " + VIOLATION),
                new Case(
                        "credit of three octets",
                        frame(WINDOW_UPDATE, 0, 0, number(1, 3)),
                        "goaway 6"));
    }

    static List<Case> blocks() {
        String get = request("GET");
        String begun = frame(HEADERS, END_STREAM, 1, get);
        return List.of(
                new Case(
                        "a block in three frames",
                        frame(HEADERS, END_STREAM, 1, get.substring(0, 9))
                                + frame(CONTINUATION, 0, 1, get.substring(9, 20))
                                + frame(CONTINUATION, END_HEADERS, 1, get.substring(20)),
                        HEARD),
                new Case(
                        "a continuation of nothing",
                        frame(CONTINUATION, END_HEADERS, 1, get),
                        "goaway 1"),
                new Case(
                        "a continuation on another stream",
                        begun + frame(CONTINUATION, END_HEADERS, 3, ""),
                        "goaway 1"),
                new Case(
                        "a ping within a block", begun + frame(PING, 0, 0, "12345678"), "goaway 1"),
                new Case(
                        "an unknown frame within a block",
                        begun + frame(0xbb, 0, 0, ""),
                        "goaway 1"),
                new Case(
                        "a continuation behind the end",
                        GET + frame(CONTINUATION, END_HEADERS, 1, ""),
                        "goaway 1, reset PROTOCOL_ERROR"),
                new Case("octets that are no block", head(1, "\u00ff".repeat(8)), "goaway 9"),
                new Case("index 0", head(1, "\u0080"), "goaway 9"),
                new Case("an index beyond the table", head(1, "\u00be"), "goaway 9"),
                new Case("a string that is cut short", head(1, "\0\u007f\u0080\1abc"), "goaway 9"),
                new Case(
                        "a table larger than allowed",
                        head(1, "?\u00ff\u00ff\u007f" + get),
                        "goaway 9"),
                new Case("a change of the table behind a field", head(1, get + " "), "goaway 9"),
                new Case(
                        "an integer that overflows",
                        head(1, "\0\u007f" + "\u00ff".repeat(9) + "\u007f"),
                        "goaway 9"),
                new Case("Huffman padding of zeros", head(1, "\0\u0081\0\u0081\0"), "goaway 9"),
                new Case(
                        "Huffman with the end of a string",
                        head(1, "\0\u0084" + "\u00ff".repeat(4) + "\1a"),
                        "goaway 9"),
                new Case(
                        "a small block that unpacks to 8 MB",
                        frame(
                                        HEADERS,
                                        END_STREAM,
                                        1,
                                        get + "@\1x\u007f\u00a1\u001e" + "a".repeat(4000))
                                + frame(CONTINUATION, END_HEADERS, 1, "\u00be".repeat(2_000)),
                        "reset 1 with 1, reset CONNECTION_TERMINATION"));
    }

    static List<Case> paddings() {
        return List.of(
                new Case(
                        "padding longer than data",
                        POST + frame(DATA, PADDED | END_STREAM, 1, "\5abc"),
                        "goaway 1, reset PROTOCOL_ERROR"),
                new Case(
                        "padding one longer than data",
                        POST + frame(DATA, PADDED | END_STREAM, 1, "\4abc"),
                        "goaway 1, reset PROTOCOL_ERROR"),
                new Case(
                        "padding of all data",
                        POST + frame(DATA, PADDED | END_STREAM, 1, "\3abc"),
                        "data  end"),
                new Case(
                        "padding without a length",
                        POST + frame(DATA, PADDED | END_STREAM, 1, ""),
                        "reset 1 with 6, " + VIOLATION),
                new Case(
                        "padding longer than a head",
                        frame(HEADERS, END_HEADERS | PADDED, 1, "\u00ff" + request("GET")),
                        "goaway 1"),
                new Case(
                        "a padded head without a length",
                        frame(HEADERS, END_HEADERS | PADDED, 1, ""),
                        "goaway 6"),
                new Case(
                        "a head too short for its priority",
                        frame(HEADERS, END_HEADERS | PRIORITIZED, 1, "ab"),
                        "goaway 6"));
    }

    static List<Case> floods() {
        var resets = new StringBuilder();
        var provoked = new StringBuilder();
        var invalid = new StringBuilder();
        for (int stream = 1; stream < 12_000; stream += 2) {
            resets.append(head(stream, request("GET")))
                    .append(frame(RST_STREAM, 0, stream, number(8, 4)));
            provoked.append(open(stream, request("POST")))
                    .append(frame(WINDOW_UPDATE, 0, stream, number(0, 4)));
            invalid.append(head(stream, request("GET", "X", "y")));
        }
        return List.of(
                flood("SETTINGS", frame(SETTINGS, 0, 0, "")),
                flood("acknowledged SETTINGS", frame(SETTINGS, ACK, 0, "")),
                flood("PING", frame(PING, 0, 0, "12345678")),
                flood("PRIORITY", frame(PRIORITY, 0, 1, number(0, 4) + "x")),
                flood("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, number(1, 4))),
                flood("GOAWAY", frame(GOAWAY, 0, 0, number(0, 8))),
                flood("unknown frames", frame(0xbb, 0, 0, "")),
                new Case(
                        "a flood of empty data",
                        POST + frame(DATA, 0, 1, "").repeat(1000),
                        "goaway 11"),
                new Case(
                        "a flood of padded empty data",
                        POST + frame(DATA, PADDED, 1, "\0").repeat(1000),
                        "goaway 11"),
                new Case(
                        "a flood of empty continuations",
                        frame(HEADERS, END_STREAM, 1, request("GET"))
                                + frame(CONTINUATION, 0, 1, "").repeat(1000),
                        "goaway 11"),
                new Case(
                        "a flood of large continuations",
                        frame(HEADERS, END_STREAM, 1, request("GET"))
                                + frame(CONTINUATION, 0, 1, fields("x", "y".repeat(16_000)))
                                        .repeat(100),
                        "goaway 1"),
                new Case(
                        "a flood of resets of one stream",
                        POST + frame(RST_STREAM, 0, 1, number(8, 4)).repeat(2_000),
                        "goaway 11"),
                new Case("a flood of requests that are reset", resets.toString(), "goaway 11"),
                new Case(
                        "a flood of resets that the client provokes",
                        provoked.toString(),
                        "goaway 11"),
                new Case("a flood of requests that are invalid", invalid.toString(), "goaway 11"));
    }

    private static Case flood(String of, String frame) {
        return new Case("a flood of " + of, frame.repeat(2_000), "goaway 11");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesFrames(Case given) {
        try (ServerChannel server = ServerChannel.ofHttp2(buffers)) {
            // When
            server.write(given.octets());
            // Then
            var outcome = new ArrayList<>(verdicts(server.received()));
            for (ServerChannel.Exchange exchange : server.exchanges) {
                outcome.add(exchange.last());
            }
            assertThat(String.join(", ", outcome)).isEqualTo(given.outcome());
        }
    }

    @ParameterizedTest
    @MethodSource("floods")
    void endsFloods(Case given) {
        try (ServerChannel server = ServerChannel.ofHttp2(buffers)) {
            // When
            server.write(given.octets());
            // Then
            assertThat(verdicts(server.received())).endsWith(given.outcome());
            assertThat(server.channel.isOpen()).isFalse();
        }
    }
}
