package io.postern.core.http;

import static io.postern.core.http.Http2Rig.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http2IT {
    @RegisterExtension private final Buffers buffers = new Buffers();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Http2Rig rig;

    private final Heard heard = new Heard();

    @BeforeEach
    void start() throws Exception {
        rig = rig(Settings.HTTP2);
    }

    private Http2Rig rig(Http2Options options) throws Exception {
        return new Http2Rig(
                buffers,
                manager(options),
                Settings.cluster(Settings.HTTP1, options),
                Protocol.HTTP_2);
    }

    private static HttpConnectionManager manager(Http2Options options) {
        return Settings.manager(
                CodecType.AUTO, Settings.HTTP1, options, UnderscoreAction.ALLOW, false);
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    private static HeaderMap request(String method, String... more) {
        HeaderMap map =
                HeaderMap.of(
                        ":authority", "a", ":path", "/x", ":method", method, ":scheme", "http");
        HeaderMap rest = HeaderMap.of(more);
        for (int i = 0; i < rest.size(); i++) {
            map.add(rest.name(i), rest.value(i));
        }
        return map;
    }

    @Test
    void exchangesHeadsBodiesAndTrailers() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> {
            stream.writeHeaders(
                    request("POST", "connection", "x", "te", "trailers", "x", "y"), false);
            stream.writeData(buffers.of("ping"), false);
            stream.writeTrailers(HeaderMap.of("t", "1"));
        });
        var exchange = rig.exchange(0, 3);
        // When
        rig.run(() -> {
            exchange.stream.writeHeaders(HeaderMap.of(":status", "200", "x", "z"), false);
            exchange.stream.writeData(buffers.of("pong"), false);
            exchange.stream.writeTrailers(HeaderMap.of("grpc-status", "0"));
        });
        // Then
        until(() -> heard.events.size() == 3);
        assertThat(exchange.events)
                .containsExactly(
                        "head :authority: a|:path: /x|:method: POST|:scheme: http|te: trailers|x: y",
                        "data ping",
                        "trailers t: 1");
        assertThat(heard.events)
                .containsExactly("head :status: 200|x: z", "data pong", "trailers grpc-status: 0");
        until(() -> rig.pool.contains("stream closed"));
        assertThat(exchange.protocol).isEqualTo(Protocol.HTTP_2);
    }

    @Test
    void carriesManyStreamsAtOnce() throws Exception {
        // Given
        int count = 50;
        var heards = new Heard[count];
        rig.run(() -> {
            for (int i = 0; i < count; i++) {
                heards[i] = new Heard();
                rig.client.openStream(heards[i]).writeHeaders(request("GET", "n", "" + i), true);
            }
        });
        rig.exchange(count - 1, 1);
        // When
        rig.run(() -> {
            for (var exchange : rig.exchanges) {
                exchange.stream.writeHeaders(HeaderMap.of(":status", "200"), false);
                exchange.stream.writeData(buffers.of(exchange.events.getFirst()), true);
            }
        });
        // Then
        until(() -> rig.client.openStreams() == 0);
        for (int i = 0; i < count; i++) {
            assertThat(heards[i].last()).endsWith("n: " + i + " end end");
        }
    }

    @Test
    void withholdsCreditWhileNobodyReads() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("POST"), false));
        var exchange = rig.exchange(0, 1);
        rig.run(() -> exchange.stream.setReading(false));
        // When
        rig.run(() -> stream.writeData(zeros(3 * 65536), false));
        until(() -> octets(exchange) == 65536);
        assertThat(rig.onLoop(stream::isWritable)).isFalse();
        assertThat(heard.events).containsExactly("writable false");
        // Then
        rig.run(() -> exchange.stream.setReading(true));
        until(() -> octets(exchange) == 3 * 65536);
        until(() -> heard.last().equals("writable true"));
        rig.run(() -> stream.writeData(buffers.of(""), true));
        until(() -> exchange.last().endsWith("end"));
        rig.run(() -> exchange.answer(":status", "204"));
        until(() -> heard.last().equals("head :status: 204 end"));
    }

    private ByteBuf zeros(int size) {
        return buffers.allocator.directBuffer(size).writeZero(size);
    }

    private static int octets(Heard exchange) {
        int sum = 0;
        for (String event : exchange.events.toArray(new String[0])) {
            if (event.startsWith("data ")) {
                sum += event.replace(" end", "").length() - "data ".length();
            }
        }
        return sum;
    }

    @Test
    void endsAnUnfinishedRequestAfterTheResponse() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("POST"), false));
        var exchange = rig.exchange(0, 1);
        // When
        rig.run(() -> exchange.answer(":status", "413"));
        // Then
        until(() -> rig.pool.contains("stream closed"));
        assertThat(heard.events.getFirst()).isEqualTo("head :status: 413 end");
        assertThat(exchange.events).hasSize(1);
    }

    @Test
    void mapsResetsBothWays() throws Exception {
        // Given
        HttpStream first = rig.open(heard);
        var other = new Heard();
        HttpStream second = rig.open(other);
        rig.run(() -> first.writeHeaders(request("GET"), true));
        rig.run(() -> second.writeHeaders(request("GET"), true));
        var refused = rig.exchange(0, 1);
        var cancelled = rig.exchange(1, 1);
        // When
        rig.run(() -> refused.stream.reset(ResetReason.LOCAL_REFUSED_STREAM));
        rig.run(() -> second.reset(ResetReason.LOCAL_RESET));
        // Then
        until(() -> heard.events.size() == 1 && cancelled.events.size() == 2);
        assertThat(heard.last()).isEqualTo("reset REMOTE_REFUSED_STREAM");
        assertThat(cancelled.last()).isEqualTo("reset REMOTE_RESET");
        assertThat(other.events).isEmpty();
        assertThat(refused.events).hasSize(1);
    }

    @Test
    void resetsAStreamWhoseLengthIsWrong() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        // When
        rig.run(() -> {
            stream.writeHeaders(request("POST", "content-length", "9"), false);
            stream.writeData(buffers.of("short"), true);
        });
        // Then
        var exchange = rig.exchange(0, 2);
        assertThat(exchange.last())
                .isEqualTo("reset PROTOCOL_ERROR http2.violation.of.messaging.rule");
        until(() -> heard.events.contains("reset REMOTE_RESET"));
        assertThat(rig.client.canOpenStream()).isTrue();
    }

    @Test
    void refusesHeadsThatCannotBeServed() throws Exception {
        // Given
        var noAuthority = HeaderMap.of(":path", "/", ":method", "GET", ":scheme", "http");
        var badPath =
                HeaderMap.of(
                        ":authority", "a", ":path", "/ x", ":method", "GET", ":scheme", "http");
        // When
        rig.run(() -> rig.client.openStream(heard).writeHeaders(noAuthority, true));
        rig.run(() -> rig.client.openStream(heard).writeHeaders(badPath, true));
        // Then
        assertThat(rig.exchange(0, 1).events).containsExactly("invalid 400 missing_host_header");
        assertThat(rig.exchange(1, 1).events)
                .containsExactly("invalid 400 http2.invalid.header.field");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {":scheme|ht tp", ":scheme|http://x", ":scheme|1", "x|'b '", "x|'b\t'"})
    void refusesValuesThatOthersWouldReadOtherwise(String name, String value) throws Exception {
        // Given
        var head =
                HeaderMap.of(
                        ":authority",
                        "a",
                        ":path",
                        "/",
                        ":method",
                        "GET",
                        ":scheme",
                        name.equals(":scheme") ? value : "http",
                        "x",
                        name.equals("x") ? value : "y");
        // When
        rig.run(() -> rig.client.openStream(heard).writeHeaders(head, true));
        // Then
        assertThat(rig.exchange(0, 1).events)
                .containsExactly("invalid 400 http2.invalid.header.field");
    }

    @Test
    void joinsCookiesAndTakesHostForAuthority() throws Exception {
        // Given
        var request =
                HeaderMap.of(
                        ":authority",
                        "a",
                        ":path",
                        "/",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        "cookie",
                        "a=1",
                        "x",
                        "y",
                        "cookie",
                        "b=2");
        // When
        rig.run(() -> rig.client.openStream(heard).writeHeaders(request, true));
        // Then
        assertThat(rig.exchange(0, 1).last()).contains("cookie: a=1; b=2|x: y");
    }

    @Test
    void keepsToTheLimitOfStreams() throws Exception {
        // Given
        rig.close();
        rig =
                rig(
                        new Http2Options(
                                4096, 2, 65536, 65536, false, false, Duration.ZERO, Duration.ZERO));
        until(() -> rig.pool.contains("capacity changed"));
        // When
        HttpStream first = rig.open(heard);
        rig.run(() -> first.writeHeaders(request("GET"), true));
        HttpStream second = rig.open(heard);
        // Then
        assertThat(rig.client.maxConcurrentStreams()).isEqualTo(2);
        assertThat(rig.onLoop(rig.client::canOpenStream)).isFalse();
        rig.run(() -> second.reset(ResetReason.LOCAL_RESET));
        assertThat(rig.onLoop(rig.client::canOpenStream)).isTrue();
    }

    @Test
    void drainsWithoutLosingOpenStreams() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("GET"), true));
        var exchange = rig.exchange(0, 1);
        // When
        rig.run(() -> rig.accepted.getFirst().drain());
        until(() -> !rig.onLoop(rig.client::canOpenStream));
        rig.run(() -> exchange.answer(":status", "204"));
        // Then
        until(() -> rig.pool.contains("closed") && rig.pool.contains("server closed"));
        assertThat(heard.events).containsExactly("head :status: 204 end");
    }

    @Test
    void resetsOpenStreamsWhenTheConnectionEnds() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("POST"), false));
        var exchange = rig.exchange(0, 1);
        // When
        rig.run(() -> rig.accepted.getFirst().close());
        // Then
        until(() -> rig.pool.contains("closed"));
        assertThat(heard.last()).isEqualTo("reset CONNECTION_TERMINATION");
        assertThat(exchange.last()).isEqualTo("reset CONNECTION_TERMINATION");
    }

    @Test
    void failsOnlyTheStreamWhoseListenerFails() throws Exception {
        // Given
        var failing =
                new Heard() {
                    @Override
                    public void onHeaders(HeaderMap head, boolean endOfStream) {
                        throw new IllegalStateException("a test's bug");
                    }
                };
        HttpStream first = rig.open(failing);
        HttpStream second = rig.open(heard);
        rig.run(() -> first.writeHeaders(request("GET"), true));
        rig.run(() -> second.writeHeaders(request("GET"), true));
        rig.exchange(1, 1);
        // When
        rig.run(() ->
                rig.exchanges.get(0).stream.writeHeaders(HeaderMap.of(":status", "200"), false));
        rig.run(() -> rig.exchanges.get(1).answer(":status", "204"));
        // Then
        until(() -> heard.events.contains("head :status: 204 end"));
        assertThat(failing.events).containsExactly("reset LOCAL_RESET");
        until(() -> rig.exchanges.get(0).last().equals("reset REMOTE_RESET"));
    }

    @Test
    void staysOpenWhilePingsAreAnswered() throws Exception {
        // Given
        rig.close();
        // When
        rig =
                rig(
                        new Http2Options(
                                4096,
                                10,
                                65536,
                                65536,
                                false,
                                false,
                                Duration.ofMillis(20),
                                Duration.ofMillis(200)));
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("GET"), true));
        var exchange = rig.exchange(0, 1);
        rig.run(() -> exchange.stream.writeHeaders(HeaderMap.of(":status", "100"), false));
        until(() -> heard.last().equals("1xx :status: 100"));
        rig.run(() -> exchange.answer(":status", "204"));
        // Then
        until(() -> heard.last().equals("head :status: 204 end"));
        assertThat(rig.pool).doesNotContain("closed");
    }

    @Test
    void servesHttp1OnTheSamePort() throws Exception {
        // Given
        rig.close();
        rig = new Http2Rig(buffers, manager(Settings.HTTP2), Settings.cluster(), Protocol.HTTP_1_1);
        HttpStream stream = rig.open(heard);
        // When
        rig.run(() -> stream.writeHeaders(request("GET"), true));
        var exchange = rig.exchange(0, 1);
        rig.run(() -> exchange.answer(":status", "200", "x", "y"));
        // Then
        until(() -> heard.events.size() == 1);
        assertThat(heard.last()).isEqualTo("head :status: 200|x: y|content-length: 0 end");
        assertThat(exchange.protocol).isEqualTo(Protocol.HTTP_1_1);
    }
}
