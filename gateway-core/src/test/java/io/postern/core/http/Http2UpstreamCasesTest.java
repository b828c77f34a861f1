package io.postern.core.http;

import static io.postern.core.http.Http2Answer.*;
import static io.postern.core.http.Http2Wire.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of a hostile upstream over HTTP/2: heads, trailers, lengths and interim responses. */
class Http2UpstreamCasesTest {
    @RegisterExtension private final Buffers buffers = new Buffers();

    private static Http2Answer answer(String outcome, String... lines) {
        return get("answer " + String.join(" ", lines), head(3, fields(lines)), outcome);
    }

    private static Http2Answer trailers(String outcome, String... lines) {
        return get("trailers " + String.join(" ", lines), OPEN + head(3, fields(lines)), outcome);
    }

    static Stream<Http2Answer> cases() {
        return Stream.of(heads(), lengths(), interims()).flatMap(List::stream);
    }

    static List<Http2Answer> heads() {
        var cases = new ArrayList<Http2Answer>();
        cases.add(answer(END, ":status", "200"));
        for (String status :
                new String[] {
                    "",
                    "2",
                    "20",
                    "2000",
                    "200 OK",
                    "abc",
                    "20x",
                    "-20",
                    "+20",
                    " 200",
                    "0x200",
                    "000",
                    "099",
                    "101",
                    "2\0000",
                    "2\u00b20"
                }) {
            cases.add(answer(BAD, ":status", status));
        }
        cases.add(answer(BAD, "x", "1"));
        cases.add(answer(BAD, ":status", "200", ":status", "200"));
        cases.add(answer(BAD, ":status", "200", ":status", "404"));
        cases.add(answer(BAD, "x", "1", ":status", "200"));
        for (String pseudo :
                new String[] {
                    ":method", ":path", ":scheme", ":authority", ":protocol", ":x", ":", ":Status"
                }) {
            cases.add(answer(BAD, ":status", "200", pseudo, "/"));
        }
        for (String name :
                new String[] {
                    "X", "", "x y", "x ", "x\0", "x\r", "x\n", "x:y", "x/y", "x(y", "x\"",
                    "x\u007f", "x\u00ff", "x,y", "x;y", "x=y", "x@y"
                }) {
            cases.add(answer(BAD, ":status", "200", name, "1"));
            cases.add(trailers(LATE, name, "1"));
        }
        for (String value :
                new String[] {
                    "\0", "a\u0001b", "a\nb", "a\rb", "a\r\nb: c", "a\u000bb", "a\u007fb"
                }) {
            cases.add(answer(BAD, ":status", "200", "x", value));
            cases.add(trailers(LATE, "x", value));
        }
        String[][] hops = {
            {"connection", "close"},
            {"keep-alive", "5"},
            {"proxy-connection", "close"},
            {"transfer-encoding", "chunked"},
            {"upgrade", "websocket"},
            {"te", "gzip"}
        };
        for (String[] hop : hops) {
            cases.add(answer(BAD, ":status", "200", hop[0], hop[1]));
            cases.add(trailers(LATE, hop[0], hop[1]));
        }
        for (String pseudo : new String[] {":status", ":path", ":x"}) {
            cases.add(trailers(LATE, pseudo, "200"));
        }
        for (String name : new String[] {"content-length", "host", "expect"}) {
            cases.add(trailers(HEAD + "; trailers y: 1", name, "0", "y", "1"));
        }
        cases.add(answer(HEAD + "|x: \u00e4 end", ":status", "200", "x", "\u00e4"));
        return cases;
    }

    private static Http2Answer five(String length, String outcome) {
        String head = fields(":status", "200", "content-length", length);
        String octets = open(3, head) + frame(DATA, END_STREAM, 3, "hello");
        return get("content-length '" + length + "' of five octets", octets, outcome);
    }

    static List<Http2Answer> lengths() {
        var cases = new ArrayList<Http2Answer>();
        for (String length :
                new String[] {"+5", "-5", "0x5", "", "5 ", " 5", "99999999999999999999", "5, 6"}) {
            cases.add(five(length, "reset 3 with 1, " + BEHIND + WRONG));
        }
        cases.add(five("5, 5", HEAD + "|content-length: 5; data hello end")); // RFC 9110 8.6
        for (String length : new String[] {"4", "6"}) {
            String head = HEAD + "|content-length: " + length + "; ";
            cases.add(five(length, "reset 3 with 1, " + head + WRONG));
        }
        String two = fields(":status", "200", "content-length", "5", "content-length", "6");
        cases.add(
                get(
                        "two lengths",
                        open(3, two) + frame(DATA, END_STREAM, 3, "hello"),
                        "reset 3 with 1, " + BEHIND + WRONG));
        String five = fields(":status", "200", "content-length", "5");
        cases.add(get("a length and no body", head(3, five), BAD));
        cases.add(
                get(
                        "a length and an empty body",
                        open(3, five) + frame(DATA, END_STREAM, 3, ""),
                        "reset 3 with 1, " + HEAD + "|content-length: 5; " + WRONG));
        cases.add(
                get(
                        "a length and trailers",
                        open(3, five) + head(3, fields("y", "1")),
                        "reset 3 with 1, " + HEAD + "|content-length: 5; " + WRONG));
        cases.add(
                get(
                        "a shorter body and trailers",
                        open(3, five) + frame(DATA, 0, 3, "abc") + head(3, fields("y", "1")),
                        "reset 3 with 1, " + HEAD + "|content-length: 5; data abc; " + WRONG));
        cases.add(
                new Http2Answer(
                        "HEAD", "a length", head(3, five), HEAD + "|content-length: 5 end"));
        cases.add(
                new Http2Answer(
                        "HEAD", "a body", OPEN + frame(DATA, END_STREAM, 3, "hello"), LATE));
        for (String status : new String[] {"204", "304"}) {
            cases.add(
                    get(
                            "a body of " + status,
                            open(3, fields(":status", status)) + frame(DATA, END_STREAM, 3, "x"),
                            LATE.replace("200", status)));
        }
        cases.add(answer(BAD, ":status", "204", "content-length", "5"));
        cases.add(
                get(
                        "a length of 304",
                        head(3, fields(":status", "304", "content-length", "5")),
                        "head :status: 304|content-length: 5 end"));
        return cases;
    }

    static List<Http2Answer> interims() {
        return List.of(
                get(
                        "103",
                        open(3, fields(":status", "103")) + head(3, OK),
                        "1xx :status: 103; " + END),
                get("103 that ends", head(3, fields(":status", "103")), BAD),
                get("100 that ends", head(3, fields(":status", "100")), BAD),
                get(
                        "data behind 103",
                        open(3, fields(":status", "103")) + frame(DATA, END_STREAM, 3, "x"),
                        "reset 3 with 1, 1xx :status: 103; " + WRONG),
                get("103 behind the head", OPEN + open(3, fields(":status", "103")), LATE),
                get("101", open(3, fields(":status", "101")), BAD),
                get(
                        "103 with a length",
                        open(3, fields(":status", "103", "content-length", "5")) + head(3, OK),
                        BAD),
                get(
                        "32 times 103",
                        open(3, fields(":status", "103")).repeat(32) + head(3, OK),
                        "1xx :status: 103; ".repeat(32) + END),
                get(
                        "33 times 103",
                        open(3, fields(":status", "103")).repeat(33),
                        "reset 3 with 1, " + "1xx :status: 103; ".repeat(32) + WRONG));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesNoAnswerThatOthersWouldReadOtherwise(Http2Answer given) {
        assertThat(given.sent(buffers)).isEqualTo(given.outcome());
    }
}
