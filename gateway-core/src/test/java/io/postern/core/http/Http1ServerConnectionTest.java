package io.postern.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("StringConcatToTextBlock") // lines of text blocks end with LF, not CRLF
class Http1ServerConnectionTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

    @RegisterExtension private final Buffers buffers = new Buffers();

    private ServerChannel server = start();

    private ServerChannel start() {
        return new ServerChannel(buffers, Settings.manager(), 32768);
    }

    private void restart(ServerChannel other) {
        server.close();
        server = other;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answersWithTheLengthThatIsGiven() {
        // Given
        var exchange = server.send(GET);
        // When
        exchange.stream.writeHeaders(
                HeaderMap.of(":status", "200", "content-length", "2", "x", "y"), false);
        exchange.stream.writeData(buffers.of("ok"), true);
        // Then
        assertThat(server.received())
                .isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx: y\r\n\r\nok");
        assertThat(server.channel.isOpen()).isTrue();
    }

    @Test
    void chunksWhenThereIsNoLength() {
        // Given
        var exchange = server.send(GET);
        // When
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
        exchange.stream.writeData(buffers.of("0123456789abcdef0"), false);
        exchange.stream.writeData(buffers.of(""), false);
        exchange.stream.writeTrailers(HeaderMap.of("x", "dropped: trailers are not enabled"));
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                + "11\r\n0123456789abcdef0\r\n0\r\n\r\n");
    }

    @Test
    void sendsTrailersWhenEnabled() {
        // Given
        restart(new ServerChannel(buffers, Settings.manager(Settings.HTTP1_OLD), 32768));
        var exchange = server.send(GET);
        // When
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
        exchange.stream.writeTrailers(HeaderMap.of("x", "y"));
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n");
    }

    @Test
    void sendsNoBodyToHead() {
        // Given
        var exchange = server.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        // When
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200", "content-length", "2"), false);
        exchange.stream.writeData(buffers.of("ok"), true);
        // Then
        assertThat(server.received()).isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
        assertThat(server.send(GET).last()).startsWith("head");
    }

    @Test
    void announcesChunksToHeadWhenTheLengthIsUnknown() {
        // Given
        var exchange = server.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
        // When
        exchange.answer(":status", "200");
        // Then
        assertThat(server.received())
                .isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        assertThat(server.channel.isOpen()).isTrue();
    }

    @Test
    void addsNoFramingTo204And304() {
        // Given
        var first = server.send(GET);
        // When
        first.answer(":status", "204", "content-length", "0");
        server.send(GET).answer(":status", "304", "content-length", "7");
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.1 204 No Content\r\n\r\n"
                                + "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n");
    }

    @Test
    void keepsLineEndsOutOfValues() {
        // Given
        var exchange = server.send(GET);
        // When
        exchange.answer(":status", "200", "x", "a\r\nb\0c");
        // Then
        assertThat(server.received())
                .isEqualTo("HTTP/1.1 200 OK\r\nx: abc\r\ncontent-length: 0\r\n\r\n");
    }

    @Test
    void showsPipelinedRequestsOneAfterTheOther() {
        // Given
        var first = server.send(GET + GET + GET);
        // When
        assertThat(server.exchanges).hasSize(1);
        assertThat(server.channel.config().isAutoRead()).isFalse();
        first.answer(":status", "200");
        server.channel.runPendingTasks();
        // Then
        assertThat(server.exchanges).hasSize(2);
        server.exchange().answer(":status", "200");
        server.channel.runPendingTasks();
        assertThat(server.exchanges).hasSize(3);
        assertThat(server.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void answersExpectItself() {
        // Given
        var exchange =
                server.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 3\r\n\r\n");
        // When
        String received = server.received();
        // Then
        assertThat(received).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(exchange.last()).doesNotContain("expect");
    }

    @Test
    void leavesExpectToTheUpstreamWhenProxied() {
        // Given
        restart(
                new ServerChannel(
                        buffers,
                        Settings.manager(
                                CodecType.HTTP1,
                                Settings.HTTP1,
                                Settings.HTTP2,
                                UnderscoreAction.ALLOW,
                                true),
                        32768));
        // When
        var exchange =
                server.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 3\r\n\r\n");
        exchange.stream.writeHeaders(HeaderMap.of(":status", "100"), false);
        // Then
        assertThat(exchange.last()).contains("expect: 100-continue");
        assertThat(server.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    }

    @Test
    void servesHttp10WhenAccepted() {
        // Given
        restart(new ServerChannel(buffers, Settings.manager(Settings.HTTP1_OLD), 32768));
        var exchange = server.send("GET / HTTP/1.0\r\n\r\n");
        // When
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
        exchange.stream.writeData(buffers.of("body"), true);
        // Then
        assertThat(exchange.events.getFirst()).contains(":authority: default.example");
        assertThat(exchange.protocol).isEqualTo(HttpConnection.Protocol.HTTP_1_0);
        assertThat(server.received()).isEqualTo("HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nbody");
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void servesAnyTokenAsAMethodWhenAllowed() {
        // Given
        restart(new ServerChannel(buffers, Settings.manager(Settings.HTTP1_OLD), 32768));
        // When, Then: one that begins as HEAD does has a body all the same
        for (String method : List.of("HACK", "CONVERT", "A".repeat(40), "get")) {
            var exchange = server.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            exchange.stream.writeHeaders(
                    HeaderMap.of(":status", "200", "content-length", "2"), false);
            exchange.stream.writeData(buffers.of("ok"), true);
            assertThat(exchange.events.getFirst()).contains(":path: /|:method: " + method);
            assertThat(server.received()).endsWith("\r\n\r\nok");
        }
    }

    @Test
    void keepsAnHttp10ConnectionThatAsksForIt() {
        // Given
        restart(new ServerChannel(buffers, Settings.manager(Settings.HTTP1_OLD), 32768));
        var exchange = server.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        // When
        exchange.answer(":status", "200", "content-length", "0");
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n");
        assertThat(server.channel.isOpen()).isTrue();
    }

    @Test
    void becomesATunnelAfter101() {
        // Given
        var exchange =
                server.send(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\n\r\nearly");
        // When
        exchange.stream.writeHeaders(
                HeaderMap.of(":status", "101", "connection", "upgrade", "upgrade", "websocket"),
                false);
        exchange.stream.writeData(buffers.of("frame"), false);
        server.send("late");
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n"
                                + "upgrade: websocket\r\n\r\nframe");
        assertThat(exchange.events.subList(1, 3)).containsExactly("data early", "data late");
    }

    @Test
    void doesNotSendMoreThanTheLengthAnnounced() {
        // Given
        var exchange = server.send(GET);
        // When
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200", "content-length", "2"), false);
        exchange.stream.writeData(buffers.of("toomuch"), true);
        // Then
        assertThat(server.received()).endsWith("\r\n\r\n");
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void stopsReadingWhenAsked() {
        // Given
        var exchange = server.send(POST);
        // When
        exchange.stream.setReading(false);
        server.send("abc");
        // Then
        assertThat(server.channel.config().isAutoRead()).isFalse();
        assertThat(exchange.events).hasSize(1);
        exchange.stream.setReading(true);
        server.channel.runPendingTasks();
        assertThat(exchange.last()).isEqualTo("data abc");
        assertThat(server.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void rejectsOrDropsUnderscoresAsConfigured() {
        // Given
        restart(underscores(UnderscoreAction.REJECT_REQUEST));
        // When
        String rejected = server.send("GET / HTTP/1.1\r\nHost: a\r\nx_y: z\r\n\r\n").last();
        restart(underscores(UnderscoreAction.DROP_HEADER));
        var dropped = server.send("GET / HTTP/1.1\r\nHost: a\r\nx_y: z\r\n\r\n");
        // Then
        assertThat(rejected).isEqualTo("invalid 400 http1.unexpected_underscore");
        assertThat(dropped.last()).endsWith(":scheme: http end");
    }

    private ServerChannel underscores(UnderscoreAction action) {
        return new ServerChannel(
                buffers,
                Settings.manager(CodecType.HTTP1, Settings.HTTP1, Settings.HTTP2, action, false),
                32768);
    }

    @Test
    void passesTrailersOnWhenEnabled() {
        // Given
        restart(new ServerChannel(buffers, Settings.manager(Settings.HTTP1_OLD), 32768));
        // When
        var exchange =
                server.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "1\r\na\r\n0\r\nX: y\r\n\r\n");
        // Then
        assertThat(exchange.last()).isEqualTo("trailers x: y");
    }
}
