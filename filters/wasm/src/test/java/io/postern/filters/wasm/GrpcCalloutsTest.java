package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeClientStream;
import io.postern.sdk.testkit.FilterStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** gRPC calls and streams of a plugin, told as Envoy tells them. */
class GrpcCalloutsTest {
    private static final HeaderMap OK =
            HeaderMap.of(":status", "200", "content-type", "application/grpc");

    private final PluginHarness harness = new PluginHarness();

    @Test
    void aCallSendsOneMessageAndGetsOne() {
        // Given
        var stream = request("/g");
        FakeClientStream call = harness.worker.streams.getFirst();

        // When
        call.listener.onHeaders(OK, false);
        call.listener.onData(body("\0\0\0\0\3yes"), false);
        call.listener.onTrailers(HeaderMap.of("grpc-status", "0"));

        // Then
        assertThat(call.head.get(HeaderName.PATH)).isEqualTo("/pkg.Service/Method");
        assertThat(call.head.get(HeaderName.AUTHORITY)).isEqualTo("backend");
        assertThat(call.head.get(HeaderName.of("te"))).isEqualTo("trailers");
        assertThat(call.head.get(HeaderName.of("grpc-timeout"))).isEqualTo("1000m");
        assertThat(call.head.get(HeaderName.of("x-md"))).isEqualTo("v");
        assertThat(call.timeoutNanos).isEqualTo(1_000_000_000L);
        assertThat(call.sent()).isEqualTo("\0\0\0\0\4ping".getBytes(StandardCharsets.UTF_8));
        assertThat(call.ended).isTrue();
        assertThat(harness.logged).containsExactly("2 yes");
        assertThat(stream.events).containsExactly("resumeRequest");
    }

    @Test
    void aCallThatFailsIsClosedWithItsStatusAndMessage() {
        var stream = request("/g");
        var answer = HeaderMap.of(":status", "200", "grpc-status", "5", "grpc-message", "gone");
        harness.worker.streams.getFirst().listener.onHeaders(answer, true);
        assertThat(harness.logged).containsExactly("2 close 05", "2 gone{via_upstream}");
        assertThat(stream.events).containsExactly("resumeRequest");
    }

    @Test
    void aCallWithoutAnUpstreamIsUnavailable() {
        request("/g");
        harness.worker
                .streams
                .getFirst()
                .listener
                .onFailure(
                        LocalReply.of(
                                503,
                                "no_healthy_upstream",
                                "no healthy upstream".getBytes(StandardCharsets.UTF_8)));
        assertThat(harness.logged)
                .containsExactly("2 close 14", "2 no healthy upstream{no_healthy_upstream}");
    }

    @Test
    void aCallThatIsAnsweredByAnotherProtocolGetsAStatusForIt() {
        request("/g");
        FakeClientStream call = harness.worker.streams.getFirst();
        call.listener.onHeaders(HeaderMap.of(":status", "404"), false);
        call.listener.onData(body("not found"), true);
        assertThat(call.reset).isTrue();
        assertThat(harness.logged).containsExactly("2 close 12", "2 via_upstream");
    }

    @Test
    void anUnknownClusterIsAParseFailure() {
        var filter = harness.start(PluginHarness.spec("wat/grpc.wasm", ""));
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/g"), true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(harness.logged).containsExactly("2 refused 4");
    }

    @Test
    void aStreamTellsEverythingInItsOrder() {
        // Given
        var stream = request("/s");
        FakeClientStream call = harness.worker.streams.getFirst();

        // When
        call.listener.onHeaders(OK, false);
        call.listener.onData(body("\0\0\0\0\3on"), false);
        call.listener.onData(body("e\0\0\0\0\3two"), false);
        call.listener.onTrailers(HeaderMap.of("grpc-status", "0", "x-t", "1"));

        // Then
        assertThat(call.sent())
                .isEqualTo("\0\0\0\0\4ping\0\0\0\0\4pong".getBytes(StandardCharsets.UTF_8));
        assertThat(call.ended).isTrue();
        assertThat(harness.logged)
                .containsExactly(
                        "2 initial 2",
                        "2 one",
                        "2 two",
                        "2 trailing 2",
                        "2 close 00",
                        "2 via_upstream");
        assertThat(stream.events).containsExactly("resumeRequest");
    }

    @Test
    void aStreamThatBreaksOffIsAnInternalError() {
        request("/s");
        FakeClientStream call = harness.worker.streams.getFirst();
        call.listener.onHeaders(OK, false);
        call.listener.onReset();
        assertThat(harness.logged)
                .containsExactly("2 initial 2", "2 trailing 0", "2 close 13", "2 via_upstream");
    }

    @Test
    void compressedMessagesEndTheStream() {
        request("/s");
        FakeClientStream call = harness.worker.streams.getFirst();
        call.listener.onHeaders(OK, false);
        call.listener.onData(body("\1\0\0\0\1x"), false);
        assertThat(call.reset).isTrue();
        assertThat(harness.logged).contains("2 close 13");
    }

    @Test
    void whatIsOpenEndsWithThePlugin() {
        harness.worker.clusters.add("backend");
        WorkerFilter filter = harness.start(PluginHarness.spec("wat/grpc.wasm", ""));
        harness.stream(filter).request(FilterStream.get("/s"), true);
        filter.close();
        assertThat(harness.worker.streams.getFirst().reset).isTrue();
    }

    private FilterStream request(String path) {
        harness.worker.clusters.add("backend");
        var stream = harness.stream(harness.start(PluginHarness.spec("wat/grpc.wasm", "")));
        assertThat(stream.request(FilterStream.get(path), true)).isEqualTo(FilterStatus.PAUSE);
        return stream;
    }

    private static ArrayBody body(String text) {
        return new ArrayBody(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
