package io.postern.core.http;

import static io.postern.core.http.Http2Answer.*;
import static io.postern.core.http.Http2Wire.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.http.HttpConnection.Protocol;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the frames of a hostile upstream may not be, in which order they come, and floods. */
class Http2UpstreamFramesTest {
    @RegisterExtension private final Buffers buffers = new Buffers();

    static Stream<Http2Answer> cases() {
        return Stream.of(orders(), frames()).flatMap(List::stream);
    }

    static List<Http2Answer> orders() {
        return List.of(
                get("data before a head", frame(DATA, END_STREAM, 3, "x"), BAD),
                get("empty data before a head", frame(DATA, END_STREAM, 3, ""), BAD),
                get("trailers that do not end", OPEN + open(3, fields("y", "1")), LATE),
                get("a second head", OPEN + OPEN, LATE),
                get("a head behind the end", head(3, OK) + head(3, OK), BEHIND + END),
                get(
                        "data behind the end",
                        head(3, OK) + frame(DATA, END_STREAM, 3, "x"),
                        BEHIND + END),
                get(
                        "a reset behind the end",
                        head(3, OK) + frame(RST_STREAM, 0, 3, number(8, 4)),
                        END),
                get(
                        "a window behind the end",
                        head(3, OK) + frame(WINDOW_UPDATE, 0, 3, number(8, 4)),
                        END),
                get("a reset", frame(RST_STREAM, 0, 3, number(2, 4)), "reset REMOTE_RESET"),
                get(
                        "a reset without an error",
                        frame(RST_STREAM, 0, 3, number(0, 4)),
                        "reset REMOTE_RESET"),
                get(
                        "refused",
                        frame(RST_STREAM, 0, 3, number(7, 4)),
                        "reset REMOTE_REFUSED_STREAM"),
                get(
                        "a reset within the body",
                        OPEN + frame(RST_STREAM, 0, 3, number(0, 4)),
                        HEAD + "; reset REMOTE_RESET"),
                get("a head on an idle stream", head(5, OK), "goaway 1, reset PROTOCOL_ERROR"),
                get("a head on an even stream", head(2, OK), "goaway 1, reset PROTOCOL_ERROR"),
                get("a head on stream 0", head(0, OK), "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "data on an idle stream",
                        frame(DATA, 0, 5, "x"),
                        "goaway 1, reset PROTOCOL_ERROR"),
                get("data on stream 0", frame(DATA, 0, 0, "x"), "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "a reset of an idle stream",
                        frame(RST_STREAM, 0, 5, number(8, 4)),
                        "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "a push promise",
                        frame(PUSH_PROMISE, END_HEADERS, 3, number(2, 4) + request("GET")),
                        "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "a goaway of all",
                        frame(GOAWAY, 0, 0, number(0, 8)),
                        "reset REMOTE_REFUSED_STREAM"),
                get(
                        "a goaway, then the answer",
                        frame(GOAWAY, 0, 0, number(3, 4) + number(0, 4)) + head(3, OK),
                        END),
                get(
                        "a goaway that fails, then the answer",
                        frame(GOAWAY, 0, 0, number(3, 4) + number(2, 4)) + head(3, OK),
                        END),
                get(
                        "a goaway that grows",
                        frame(GOAWAY, 0, 0, number(3, 4) + number(0, 4))
                                + frame(GOAWAY, 0, 0, number(5, 4) + number(0, 4))
                                + head(3, OK),
                        "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "a goaway within the body",
                        OPEN
                                + frame(GOAWAY, 0, 0, number(3, 4) + number(0, 4))
                                + frame(DATA, END_STREAM, 3, "x"),
                        HEAD + "; data x end"),
                get(
                        "a goaway of an even stream",
                        frame(GOAWAY, 0, 0, number(2, 4) + number(0, 4)) + head(3, OK),
                        "reset REMOTE_REFUSED_STREAM"),
                get(
                        "a goaway on a stream",
                        frame(GOAWAY, 0, 3, number(0, 8)),
                        "goaway 1, reset PROTOCOL_ERROR"),
                get(
                        "a short goaway",
                        frame(GOAWAY, 0, 0, number(0, 4)),
                        "goaway 6, reset PROTOCOL_ERROR"));
    }

    static List<Http2Answer> frames() {
        String gone = ", reset PROTOCOL_ERROR";
        return List.of(
                get("HTTP/1.1", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "goaway 6" + gone),
                get(
                        "a frame that is too large",
                        frame(DATA, 0, 3, "x".repeat(16_385)),
                        "goaway 6" + gone),
                get("an unknown frame", frame(0xbb, 0xff, 3, "hello") + head(3, OK), END),
                get("a window of 0", frame(WINDOW_UPDATE, 0, 3, number(0, 4)), BAD),
                get(
                        "a window of 0 for all",
                        frame(WINDOW_UPDATE, 0, 0, number(0, 4)),
                        "goaway 1" + gone),
                get(
                        "a window beyond 2^31",
                        frame(WINDOW_UPDATE, 0, 3, number(0x7fff_ffffL, 4)),
                        "reset 3 with 3, reset PROTOCOL_ERROR http2.violation.of.messaging.rule"),
                get(
                        "a window beyond 2^31 for all",
                        frame(WINDOW_UPDATE, 0, 0, number(0x7fff_ffffL, 4)),
                        "goaway 3" + gone),
                get(
                        "a window of three octets",
                        frame(WINDOW_UPDATE, 0, 3, "abc"),
                        "goaway 6" + gone),
                get("an initial window beyond 2^31", setting(4, 0x8000_0000L), "goaway 3" + gone),
                get("a frame size too small", setting(5, 100), "goaway 1" + gone),
                get("push of one", setting(2, 1), "goaway 1" + gone),
                get("settings on a stream", frame(SETTINGS, 0, 3, ""), "goaway 1" + gone),
                get(
                        "settings of five octets",
                        frame(SETTINGS, 0, 0, number(1, 5)),
                        "goaway 6" + gone),
                get(
                        "settings acknowledged twice",
                        frame(SETTINGS, ACK, 0, "").repeat(3) + head(3, OK),
                        END),
                get("a ping on a stream", frame(PING, 0, 3, "12345678"), "goaway 1" + gone),
                get("a ping of seven octets", frame(PING, 0, 0, "1234567"), "goaway 6" + gone),
                get(
                        "a ping acknowledged that nobody sent",
                        frame(PING, ACK, 0, "12345678") + head(3, OK),
                        END),
                get("a priority on itself", frame(PRIORITY, 0, 3, number(3, 4) + "x"), BAD),
                get(
                        "a lone continuation",
                        frame(CONTINUATION, END_HEADERS, 3, OK),
                        "goaway 1" + gone),
                get(
                        "data within a block",
                        frame(HEADERS, 0, 3, OK) + frame(DATA, 0, 3, "x"),
                        "goaway 1" + gone),
                get(
                        "a continuation of another stream",
                        frame(HEADERS, 0, 3, OK) + frame(CONTINUATION, END_HEADERS, 5, ""),
                        "goaway 1" + gone),
                get(
                        "a block in pieces",
                        frame(HEADERS, END_STREAM, 3, OK.substring(0, 3))
                                + frame(CONTINUATION, 0, 3, OK.substring(3, 5))
                                + frame(CONTINUATION, END_HEADERS, 3, OK.substring(5)),
                        END),
                get("octets that are no block", head(3, "\u00ff".repeat(8)), "goaway 9" + gone),
                get("index 0", head(3, "\u0080"), "goaway 9" + gone),
                get("an index beyond the table", head(3, "\u00be"), "goaway 9" + gone),
                get(
                        "a table larger than allowed",
                        head(3, "?\u00ff\u00ff\u007f" + OK),
                        "goaway 9" + gone),
                get(
                        "Huffman with the end of a string",
                        head(3, "\0\u0084" + "\u00ff".repeat(4) + "\1a"),
                        "goaway 9" + gone),
                get(
                        "a head beyond the limit",
                        frame(HEADERS, END_STREAM, 3, OK)
                                + frame(CONTINUATION, 0, 3, fields("x", "y".repeat(16_000)))
                                        .repeat(4)
                                + frame(CONTINUATION, END_HEADERS, 3, ""),
                        "goaway 1" + gone),
                get("a head of 101 lines", head(3, OK + fields("x", "y").repeat(101)), BAD),
                get(
                        "a head of 99 lines behind its status",
                        head(3, OK + fields("x", "y").repeat(99)),
                        HEAD + "|x: y".repeat(99) + " end"),
                get("trailers of 101 lines", OPEN + head(3, fields("x", "y").repeat(101)), LATE),
                get(
                        "padding longer than data",
                        OPEN + frame(DATA, PADDED, 3, "\5abc"),
                        "goaway 1, " + HEAD + "; reset PROTOCOL_ERROR"));
    }

    static List<Http2Answer> floods() {
        var gone = "goaway 11";
        return List.of(
                get("PING", frame(PING, 0, 0, "12345678").repeat(3_000), gone),
                get("SETTINGS", frame(SETTINGS, 0, 0, "").repeat(3_000), gone),
                get(
                        "settings that are acknowledged",
                        frame(SETTINGS, ACK, 0, "").repeat(3_000),
                        gone),
                get("PRIORITY", frame(PRIORITY, 0, 3, number(0, 4) + "x").repeat(3_000), gone),
                get("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, number(1, 4)).repeat(3_000), gone),
                get("GOAWAY", frame(GOAWAY, 0, 0, number(3, 4) + number(0, 4)).repeat(3_000), gone),
                get("unknown frames", frame(0xbb, 0, 0, "").repeat(3_000), gone),
                get("empty data", OPEN + frame(DATA, 0, 3, "").repeat(3_000), gone),
                get(
                        "resets behind the end",
                        OPEN + frame(RST_STREAM, 0, 3, number(8, 4)).repeat(3_000),
                        gone),
                get(
                        "data behind the end",
                        OPEN
                                + frame(RST_STREAM, 0, 3, number(8, 4))
                                + frame(DATA, 0, 3, "x").repeat(6_000),
                        gone),
                get(
                        "empty continuations",
                        frame(HEADERS, 0, 3, OK) + frame(CONTINUATION, 0, 3, "").repeat(3_000),
                        gone),
                get(
                        "large continuations",
                        frame(HEADERS, 0, 3, OK)
                                + frame(CONTINUATION, 0, 3, fields("x", "y".repeat(16_000)))
                                        .repeat(100),
                        "goaway 1"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesFrames(Http2Answer given) {
        assertThat(given.sent(buffers)).isEqualTo(given.outcome());
    }

    @Test
    void takesNoMoreThanTheCreditItGave() {
        try (var upstream = new ClientChannel(buffers, Settings.cluster(), Protocol.HTTP_2)) {
            // Given
            Asked asked = ask(upstream, "GET");
            asked.stream().setReading(false);
            // When
            upstream.send(OPEN + frame(DATA, 0, 3, "x".repeat(16_384)).repeat(5));
            // Then
            assertThat(verdicts(upstream.received())).startsWith("reset 3 with 3");
            assertThat(asked.heard().last()).isEqualTo(WRONG);
        }
    }

    @ParameterizedTest
    @MethodSource("floods")
    void endsFloods(Http2Answer given) {
        try (var upstream = new ClientChannel(buffers, Settings.cluster(), Protocol.HTTP_2)) {
            // Given
            Heard heard = ask(upstream, given.method()).heard();
            // When
            upstream.send(given.octets());
            // Then
            assertThat(verdicts(upstream.received())).endsWith(given.outcome());
            assertThat(upstream.channel.isOpen()).isFalse();
            assertThat(heard.last()).startsWith("reset ");
        }
    }
}
