package io.postern.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("StringConcatToTextBlock") // lines of text blocks end with LF, not CRLF
class Http1ServerEndsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

    @RegisterExtension private final Buffers buffers = new Buffers();

    private final ServerChannel server = start();

    private ServerChannel start() {
        return new ServerChannel(buffers, Settings.manager(), 32768);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void closesAfterConnectionClose() {
        // Given
        var exchange = server.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        // When
        exchange.answer(":status", "200");
        // Then
        assertThat(server.received())
                .isEqualTo("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        assertThat(server.channel.isOpen()).isFalse();
        assertThat(server.connectionClosed).isTrue();
    }

    @Test
    void closesLaterWhenItAnswersBeforeTheRequestIsComplete() {
        // Given
        var exchange = server.send(POST + "abc");
        // When
        exchange.answer(":status", "200");
        // Then
        assertThat(server.received()).contains("connection: close");
        server.send("defg");
        assertThat(server.channel.isOpen()).isTrue();
        server.channel.advanceTimeBy(1100, TimeUnit.MILLISECONDS);
        server.channel.runScheduledPendingTasks();
        assertThat(server.channel.isOpen()).isFalse();
        assertThat(exchange.events).hasSize(2);
    }

    @Test
    void answersAnInvalidRequestAndClosesLater() {
        // Given
        var exchange = server.send("GET / HTTP/3.0\r\n\r\n");
        // When
        exchange.answer(":status", "426");
        // Then
        assertThat(server.received())
                .isEqualTo(
                        "HTTP/1.1 426 Upgrade Required\r\n"
                                + "connection: close\r\ncontent-length: 0\r\n\r\n");
        server.channel.advanceTimeBy(1100, TimeUnit.MILLISECONDS);
        server.channel.runScheduledPendingTasks();
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void resetsWhenTheBodyGoesWrongAfterTheAnswerBegan() {
        // Given
        var exchange =
                server.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
        // When
        server.send("zz\r\n");
        // Then
        assertThat(exchange.last()).isEqualTo("reset PROTOCOL_ERROR http1.codec_error");
        assertThat(server.channel.isOpen()).isFalse();
        server.received();
    }

    @Test
    void givesUpOnASlowHead() {
        // Given
        server.channel.writeInbound(buffers.of("GET / HTTP/1.1\r\nHo"));
        // When
        server.channel.advanceTimeBy(2100, TimeUnit.MILLISECONDS);
        server.channel.runScheduledPendingTasks();
        // Then
        assertThat(server.exchange().events).containsExactly("invalid 408 request_header_timeout");
    }

    @Test
    void closesWhenAnUpgradeIsRefused() {
        // Given
        var exchange =
                server.send(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                + "Upgrade: foo\r\n\r\n");
        // When
        exchange.answer(":status", "403");
        // Then
        assertThat(server.received()).contains("connection: close");
    }

    @Test
    void tellsTheStreamThatTheClientIsGone() {
        // Given
        var exchange = server.send(POST);
        // When
        var _ = server.channel.close();
        exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
        exchange.stream.writeData(buffers.of("nobody reads this"), true);
        // Then
        assertThat(exchange.last()).isEqualTo("reset CONNECTION_TERMINATION");
        assertThat(server.connectionClosed).isTrue();
    }

    @Test
    void drainsAfterTheOpenRequest() {
        // Given
        var exchange = server.send(GET);
        // When
        server.connection.drain();
        exchange.answer(":status", "200");
        // Then
        assertThat(server.received()).contains("connection: close");
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void servesTheRequestThatCrossesTheDrain() {
        // Given
        server.connection.drain();
        // When
        server.send(GET).answer(":status", "200");
        // Then
        assertThat(server.received()).contains("connection: close");
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void closesAnIdleConnectionAfterTheDrainTime() {
        // Given
        server.send(GET).answer(":status", "200");
        server.received();
        server.connection.drain();
        // When
        server.channel.advanceTimeBy(5100, TimeUnit.MILLISECONDS);
        server.channel.runScheduledPendingTasks();
        // Then
        assertThat(server.channel.isOpen()).isFalse();
    }

    @Test
    void closesAConnectionThatNeverSaysAnything() {
        // Given
        server.close();
        try (var silent =
                new ServerChannel(
                        buffers,
                        Settings.manager(
                                CodecType.AUTO,
                                Settings.HTTP1,
                                Settings.HTTP2,
                                UnderscoreAction.ALLOW,
                                false),
                        32768)) {
            // When
            silent.channel.advanceTimeBy(1, TimeUnit.HOURS);
            silent.channel.runScheduledPendingTasks();
            // Then
            assertThat(silent.channel.isOpen()).isFalse();
        }
    }
}
