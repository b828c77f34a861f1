package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.FilterStream;
import org.junit.jupiter.api.Test;

/** Header edits that wait for the body, and what pausing a body keeps. */
class LateEditsTest {
    private static final HeaderName LATE = HeaderName.of("x-late");

    private final PluginHarness harness = new PluginHarness();

    @Test
    void headersCanBeChangedInTheBodyCallbackWhereThatIsAllowed() {
        // Given
        var stream = harness.stream(harness.start(spec(true)));
        var head = FilterStream.get("/");

        // When
        FilterStatus onHead = stream.request(head, false);
        FilterStatus first = stream.requestBody("a", false);
        FilterStatus last = stream.requestBody("b", true);

        // Then
        assertThat(onHead).isEqualTo(FilterStatus.PAUSE_HEADERS);
        assertThat(first).isEqualTo(FilterStatus.PAUSE);
        assertThat(last).isEqualTo(FilterStatus.CONTINUE);
        assertThat(head.get(LATE)).isEqualTo("x-late");
        assertThat(stream.events).containsExactly("request body ab");
    }

    @Test
    void responseHeadersCanBeChangedInTheBodyCallbackToo() {
        var stream = harness.stream(harness.start(spec(true)));
        var head = HeaderMap.of(":status", "200");
        assertThat(stream.response(head, false)).isEqualTo(FilterStatus.CONTINUE); // no request yet
        stream.request(FilterStream.get("/"), true);
        assertThat(stream.response(head, false)).isEqualTo(FilterStatus.PAUSE_HEADERS);
        assertThat(stream.responseBody("x", true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(head.get(LATE)).isEqualTo("x-late");
    }

    @Test
    void elsewhereStoppingTheHeadStopsEverything() {
        var stream = harness.stream(harness.start(spec(false)));
        assertThat(stream.request(FilterStream.get("/"), false)).isEqualTo(FilterStatus.PAUSE);
    }

    @Test
    void aPauseWithoutBufferingTakesTheBytesAway() {
        var stream = harness.stream(harness.start(spec(true)));
        stream.request(FilterStream.get("/", "x-pause", "3"), false);
        assertThat(stream.requestBody("a", false)).isEqualTo(FilterStatus.PAUSE);
        stream.requestBody("b", true);
        assertThat(stream.events).containsExactly("request body b");
    }

    private static WasmSpec spec(boolean allowed) {
        WasmSpec spec = PluginHarness.spec("wat/late_edits.wasm", "");
        return PluginHarness.with(spec, allowed, spec.limits());
    }
}
