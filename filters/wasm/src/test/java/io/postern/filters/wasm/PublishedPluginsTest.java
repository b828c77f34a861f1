package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.FilterStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins that others wrote do here what they do in Envoy. */
class PublishedPluginsTest {
    private final PluginHarness harness = new PluginHarness();

    @BeforeEach
    void logEverything() {
        harness.level = PluginLog.TRACE;
    }

    @Test
    void rustHeadersExampleLogsHeadersAndAnswersHello() {
        // Given
        var filter = harness.start("http_headers.wasm", "");
        var stream = harness.stream(filter);

        // When
        FilterStatus status = stream.request(FilterStream.get("/hello", "x-a", "1"), true);

        // Then
        assertThat(status).isEqualTo(FilterStatus.PAUSE);
        assertThat(stream.reply).isNotNull();
        assertThat(stream.replyBody()).isEqualTo("Hello, World!\n");
        assertThat(harness.logged).contains("0 #2 -> :path: /hello", "0 #2 -> x-a: 1");
        stream.end();
        assertThat(harness.logged).contains("0 #2 completed.");
    }

    @Test
    void rustHeadersExampleLetsOtherPathsPass() {
        var stream = harness.stream(harness.start("http_headers.wasm", ""));
        assertThat(stream.request(FilterStream.get("/x"), true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.response(HeaderMap.of(":status", "200", "x-b", "2"), true))
                .isEqualTo(FilterStatus.CONTINUE);
        assertThat(harness.logged).contains("0 #2 <- x-b: 2");
        assertThat(stream.reply).isNull();
        stream.end();
    }

    @Test
    void rustBodyExampleReplacesASecretBody() {
        // Given
        var stream = harness.stream(harness.start("http_body.wasm", ""));
        stream.request(FilterStream.get("/"), true);
        var head = HeaderMap.of(":status", "200", "content-length", "13");

        // When
        stream.response(head, false);
        FilterStatus first = stream.responseBody("a sec", false);
        FilterStatus second = stream.responseBody("ret here", true);

        // Then
        assertThat(first).isEqualTo(FilterStatus.PAUSE);
        assertThat(second).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.events)
                .containsExactly("response body Original message body (13 bytes) redacted.");
        assertThat(head.contains(HeaderName.CONTENT_LENGTH)).isFalse();
        stream.end();
    }

    @Test
    void rustConfigurationExampleAddsItsConfiguration() {
        var stream = harness.stream(harness.start("http_config.wasm", "from-config"));
        stream.request(FilterStream.get("/"), true);
        var head = HeaderMap.of(":status", "200");
        stream.response(head, true);
        assertThat(head.get(HeaderName.of("custom-header"))).isEqualTo("from-config");
        stream.end();
    }

    @Test
    void assemblyScriptExampleAddsAHeader() {
        var spec =
                PluginHarness.spec(
                        "plugins/as_add_header.wasm",
                        "add_header",
                        "world",
                        FailurePolicy.FAIL_CLOSED);
        var stream = harness.stream(harness.start(spec));
        stream.request(FilterStream.get("/"), true);
        var head = HeaderMap.of(":status", "200");
        stream.response(head, true);
        assertThat(head.get(HeaderName.of("hello"))).isEqualTo("world");
        stream.end();
    }
}
