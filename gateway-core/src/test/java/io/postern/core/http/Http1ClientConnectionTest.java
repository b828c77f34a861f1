package io.postern.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // lines of text blocks end with LF, not CRLF
class Http1ClientConnectionTest {
    private static final HeaderMap GET =
            HeaderMap.of(":authority", "a", ":path", "/x", ":method", "GET", ":scheme", "http");

    @RegisterExtension private final Buffers buffers = new Buffers();

    private final ClientChannel client = new ClientChannel(buffers, Settings.cluster());
    private final Heard heard = new Heard();

    @AfterEach
    void close() {
        client.close();
    }

    private HttpStream get() {
        HttpStream stream = client.connection.openStream(heard);
        stream.writeHeaders(GET, true);
        return stream;
    }

    /** What comes back for a GET, what is heard of it, and whether the connection lives on. */
    record Case(String name, String response, boolean reusable, String... events) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case response(String response, boolean reusable, String... events) {
        return new Case(response, response, reusable, events);
    }

    private static Case bad(String response, String... events) {
        return new Case(response, response, false, events);
    }

    private static final String ERROR = "reset PROTOCOL_ERROR http1.codec_error";
    private static final String OK = "head :status: 200";

    static List<Case> responses() {
        return List.of(
                response(
                        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
                        true,
                        OK + "|content-length: 0 end"),
                response(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nok",
                        true,
                        OK + "|content-length: 2|x: y",
                        "data ok end"),
                response(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                        true,
                        OK,
                        "data ok",
                        "data  end"),
                response(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2  \r\nok\r\n0 \r\n\r\n",
                        true,
                        OK,
                        "data ok",
                        "data  end"),
                response("HTTP/1.1 204 No Content\r\n\r\n", true, "head :status: 204 end"),
                response(
                        "HTTP/1.1 204\r\ncontent-length: 0\r\n\r\n", true, "head :status: 204 end"),
                response(
                        "HTTP/1.1 304 \r\ncontent-length: 7\r\n\r\n",
                        true,
                        "head :status: 304|content-length: 7 end"),
                response(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n"
                                + "HTTP/1.1 204 No Content\r\n\r\n",
                        true,
                        "1xx :status: 100",
                        "1xx :status: 103|link: x",
                        "head :status: 204 end"),
                response(
                        "HTTP/1.1 200 OK\r\nconnection: close, x\r\nx: y\r\ncontent-length: 0\r\n\r\n",
                        false,
                        OK + "|content-length: 0 end"),
                response(
                        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
                        false,
                        OK + "|content-length: 0 end"),
                response(
                        "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n",
                        true,
                        OK + "|content-length: 0 end"),
                response(
                        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n",
                        false,
                        OK + "|content-length: 0 end"),
                bad("HTTP/9.9 200 OK\r\n\r\n", ERROR),
                bad("HTTP/1.2 200 OK\r\n\r\n", ERROR),
                bad("HTTP/1.1 20 OK\r\n\r\n", ERROR),
                bad("HTTP/1.1 2000 OK\r\n\r\n", ERROR),
                bad("HTTP/1.1  200 OK\r\n\r\n", ERROR),
                bad("HTTP/1.1 099 OK\r\n\r\n", ERROR),
                bad("SSH-2.0-x\r\n", ERROR),
                bad("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n", ERROR),
                bad("HTTP/1.1 200 OK\r\nx : y\r\n\r\n", ERROR),
                bad("HTTP/1.1 200 OK\r\nx: y\r\n z\r\n\r\n", ERROR),
                bad("HTTP/1.1 200 OK\nx: y\n\n", ERROR),
                bad(
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
                        "reset PROTOCOL_ERROR http1.content_length_and_chunked_not_allowed"),
                bad("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n", ERROR),
                bad(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
                        "reset PROTOCOL_ERROR http1.invalid_transfer_encoding"),
                bad(
                        "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n",
                        "reset PROTOCOL_ERROR http1.transfer_encoding_not_allowed"),
                bad(
                        "HTTP/1.1 200 OK\r\nx: " + "a".repeat(9000) + "\r\n\r\n",
                        "reset PROTOCOL_ERROR http1.headers_too_large"),
                bad("HTTP/1.1 103 Early\r\n\r\n".repeat(33), manyEarly()));
    }

    private static String[] manyEarly() {
        String[] events = new String[33];
        java.util.Arrays.fill(events, "1xx :status: 103");
        events[32] = ERROR;
        return events;
    }

    @ParameterizedTest
    @MethodSource("responses")
    void hearsTheResponse(Case given) {
        // Given
        get();
        // When
        client.send(given.response);
        // Then
        assertThat(heard.events).containsExactly(given.events);
        assertThat(client.connection.canOpenStream()).isEqualTo(given.reusable);
        assertThat(client.channel.isOpen()).isEqualTo(given.reusable);
        assertThat(client.pool.contains("closed")).isNotEqualTo(given.reusable);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void hearsTheSameWhenItArrivesOctetByOctet(Case given) {
        // Given
        get();
        // When
        client.sendOctetByOctet(given.response);
        // Then
        assertThat(String.join("\n", heard.events).replace("\ndata ", ""))
                .isEqualTo(String.join("\n", given.events).replace("\ndata ", ""));
    }

    @Test
    void writesARequest() {
        // Given
        HttpStream stream = get();
        // When
        client.send("HTTP/1.1 204 No Content\r\n\r\n");
        // Then
        assertThat(client.received()).isEqualTo("GET /x HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(client.pool).containsExactly("stream closed");
        stream.reset(ResetReason.LOCAL_RESET);
        assertThat(client.channel.isOpen()).as("the stream is over").isTrue();
    }

    @Test
    void framesRequestBodiesAsTheHeadSays() {
        // Given
        var post = HeaderMap.of(":authority", "a", ":path", "/", ":method", "POST");
        var sized = HeaderMap.of(":path", "/", ":method", "POST", "content-length", "2");
        // When
        client.connection.openStream(heard).writeHeaders(post, true);
        client.send("HTTP/1.1 204 No Content\r\n\r\n");
        HttpStream second = client.connection.openStream(heard);
        second.writeHeaders(post, false);
        second.writeData(buffers.of("abc"), true);
        client.send("HTTP/1.1 204 No Content\r\n\r\n");
        HttpStream third = client.connection.openStream(heard);
        third.writeHeaders(sized, false);
        third.writeData(buffers.of("ab"), true);
        // Then
        assertThat(client.received())
                .isEqualTo(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"
                                + "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                                + "3\r\nabc\r\n0\r\n\r\n"
                                + "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab");
    }

    @Test
    void readsUntilTheUpstreamClosesWhenThereIsNoLength() {
        // Given
        get();
        client.send("HTTP/1.1 200 OK\r\n\r\nsome");
        // When
        var _ = client.channel.close();
        // Then
        assertThat(heard.events).containsExactly(OK, "data some", "data  end");
    }

    @Test
    void neverEndsAPartialBody() {
        // Given
        get();
        client.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome");
        // When
        var _ = client.channel.close();
        // Then
        assertThat(heard.last()).isEqualTo("reset PROTOCOL_ERROR");
        assertThat(client.pool).containsExactly("closed");
    }

    @Test
    void callsAHeadThatIsCutShortAProtocolError() {
        // Given
        get();
        client.send("HTTP/1.1 200 OK\r\nx");
        // When
        var _ = client.channel.close();
        // Then
        assertThat(heard.events).containsExactly("reset PROTOCOL_ERROR");
    }

    @Test
    void tellsThatTheUpstreamClosedBeforeTheHead() {
        // Given
        get();
        // When
        var _ = client.channel.close();
        // Then
        assertThat(heard.events).containsExactly("reset CONNECTION_TERMINATION");
    }

    @Test
    void waitsForTheRequestToEndWhenTheResponseIsEarly() {
        // Given
        HttpStream stream = client.connection.openStream(heard);
        stream.writeHeaders(HeaderMap.of(":path", "/", ":method", "POST"), false);
        // When
        client.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        // Then
        assertThat(heard.last()).isEqualTo("data ok end");
        assertThat(client.connection.canOpenStream()).isFalse();
        stream.writeData(buffers.of("rest"), true);
        assertThat(client.connection.canOpenStream()).isTrue();
        assertThat(client.received()).endsWith("0\r\n\r\n");
    }

    @Test
    void closesWhenIdleOctetsArrive() {
        // Given
        get();
        client.send("HTTP/1.1 204 No Content\r\n\r\n");
        // When
        client.send("HTTP/1.1 408 Request Timeout\r\n\r\n");
        client.received();
        // Then
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(client.pool).containsExactly("stream closed", "closed");
    }

    @Test
    void expectsNoBodyAfterHead() {
        // Given
        client.connection
                .openStream(heard)
                .writeHeaders(HeaderMap.of(":path", "/", ":method", "HEAD"), true);
        // When
        client.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
        // Then
        assertThat(heard.last()).isEqualTo(OK + "|content-length: 5 end");
        assertThat(client.connection.canOpenStream()).isTrue();
    }

    @Test
    void becomesATunnelWhenAnUpgradeIsGranted() {
        // Given
        HttpStream stream = client.connection.openStream(heard);
        stream.writeHeaders(
                HeaderMap.of(
                        ":path", "/", ":method", "GET", "connection", "Upgrade", "upgrade", "x"),
                false);
        // When
        client.send(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello");
        stream.writeData(buffers.of("frame"), false);
        // Then
        assertThat(heard.events)
                .containsExactly("head :status: 101|connection: upgrade|upgrade: x", "data hello");
        assertThat(client.received())
                .isEqualTo("GET / HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: x\r\n\r\nframe");
    }

    @Test
    void aTunnelIsBrokenByTheEndOfItsConnection() {
        // Given
        client.connection
                .openStream(heard)
                .writeHeaders(HeaderMap.of(":authority", "a:1", ":method", "CONNECT"), false);
        client.send("HTTP/1.1 200 OK\r\n\r\nhello");
        // When
        var _ = client.channel.close();
        // Then
        assertThat(heard.events).containsExactly(OK, "data hello", "reset CONNECTION_TERMINATION");
    }

    @Test
    void closesOnResetWithoutTellingTheListener() {
        // Given
        HttpStream stream = get();
        // When
        stream.reset(ResetReason.LOCAL_RESET);
        stream.writeData(buffers.of("ignored"), true);
        // Then
        assertThat(heard.events).isEmpty();
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(client.pool).containsExactly("closed");
        client.received();
    }

    @Test
    void deliversWhatWasReadBeforeTheUpstreamClosedOnceReadingGoesOn() {
        // Given
        HttpStream stream = get();
        client.send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsome");
        stream.setReading(false);
        client.send("more");
        // When
        var _ = client.channel.close();
        stream.setReading(true);
        client.channel.runPendingTasks();
        // Then
        assertThat(heard.events.subList(1, 3)).containsExactly("data some", "data more end");
        assertThat(client.pool).containsExactly("stream closed", "closed");
    }
}
