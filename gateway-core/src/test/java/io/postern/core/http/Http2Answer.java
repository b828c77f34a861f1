package io.postern.core.http;

import static io.postern.core.http.Http2Wire.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.HeaderMap;
import java.util.ArrayList;

/**
 * What an upstream sends over HTTP/2 once it was asked, on stream 3.
 *
 * @param method of the request
 * @param outcome what we say to the upstream, and what is heard of the response
 */
record Http2Answer(String method, String name, String octets, String outcome) {
    static final String START = frame(SETTINGS, 0, 0, "");
    static final String OK = fields(":status", "200");
    static final String OPEN = open(3, OK);
    static final String HEAD = "head :status: 200";
    static final String END = HEAD + " end";
    static final String BAD =
            "reset 3 with 1, reset PROTOCOL_ERROR http2.violation.of.messaging.rule";
    static final String LATE =
            "reset 3 with 1, " + HEAD + "; reset PROTOCOL_ERROR http2.violation.of.messaging.rule";

    static final String WRONG = "reset PROTOCOL_ERROR http2.violation.of.messaging.rule";
    static final String BEHIND = "reset 3 with 5, ";

    @Override
    public String toString() {
        return method + " " + name;
    }

    static Http2Answer get(String name, String octets, String outcome) {
        return new Http2Answer("GET", name, octets, outcome);
    }

    /** Sends it; the outcome. */
    String sent(Buffers buffers) {
        try (var upstream = new ClientChannel(buffers, Settings.cluster(), Protocol.HTTP_2)) {
            Asked asked = ask(upstream, method);
            upstream.send(octets);
            var outcome = new ArrayList<>(verdicts(upstream.received()));
            outcome.add(String.join("; ", asked.heard().events));
            assertThat(upstream.connection.openStreams()).isBetween(0, 1);
            return String.join(", ", outcome);
        }
    }

    /** A request that waits for its answer. */
    record Asked(HttpStream stream, Heard heard) {}

    static Asked ask(ClientChannel upstream, String method) {
        var heard = new Heard();
        upstream.send(START);
        HttpStream stream = upstream.connection.openStream(heard);
        stream.writeHeaders(
                HeaderMap.of(":method", method, ":scheme", "http", ":authority", "a", ":path", "/"),
                true);
        assertThat(upstream.received()).startsWith("PRI * HTTP/2.0");
        return new Asked(stream, heard);
    }
}
