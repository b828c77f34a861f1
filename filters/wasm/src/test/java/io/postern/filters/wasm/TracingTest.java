package io.postern.filters.wasm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.SpanSink.Span;
import io.postern.sdk.TraceContext;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FilterStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins know the trace of their request, add to it, and pass it on. */
class TracingTest {
    private static final HeaderName PARENT = HeaderName.of("x-parent");
    private static final HeaderName SPAN = HeaderName.of("x-span");
    private static final HeaderName TRACE = HeaderName.of("x-trace");
    private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final PluginHarness harness = new PluginHarness();

    @BeforeEach
    void thereIsSomebodyToCall() {
        harness.worker.clusters.add("backend");
    }

    @Test
    void allOfTenThousandContextsArrive() {
        // Given
        var filter = harness.start(PluginHarness.spec("wat/trace.wasm", ""));
        var random = new SplittableRandom(1);
        var ids = new HashSet<String>();

        for (int i = 0; i < 10_000; i++) {
            // When
            var sent = new TraceContext(random.nextLong(), i + 1, random.nextLong() | 1, i % 3 > 0);
            var head = carrying(sent, i);
            exchange(filter, head);

            // Then
            assertThat(head.get(PARENT)).isEqualTo(sent.traceparent());
            assertThat(head.get(TRACE)).isEqualTo(sent.traceId());
            var call = harness.worker.calls.removeFirst();
            assertThat(call.headers().get(TraceContext.TRACEPARENT)).isEqualTo(sent.traceparent());
            call.answer(HeaderMap.of(":status", "200"), ArrayBody.of(""), new HeaderMap());
            var span = requireNonNull(head.get(SPAN));
            var own = requireNonNull(TraceContext.of(HeaderMap.of("traceparent", span)));
            assertThat(own.traceId()).isEqualTo(sent.traceId());
            ids.add(own.spanIdText());
        }
        assertThat(ids).hasSize(10_000);
        assertThat(harness.spans.spans.stream().filter(span -> span.name().equals("work")))
                .hasSize(6_666);
    }

    // the three ways in which requests carry contexts
    private static HeaderMap carrying(TraceContext context, int i) {
        String id = context.spanIdText();
        return switch (i % 3) {
            case 0 -> FilterStream.get("/", "traceparent", context.traceparent());
            case 1 -> FilterStream.get("/", "b3", context.traceId() + "-" + id + "-1");
            default ->
                    FilterStream.get(
                            "/",
                            "x-b3-traceid",
                            context.traceId(),
                            "x-b3-spanid",
                            id,
                            "x-b3-sampled",
                            "1");
        };
    }

    @Test
    void everyPhaseOfASampledRequestIsASpanUnderTheRequests() {
        // Given
        var filter = harness.start(PluginHarness.spec("plugins/all_hostcalls.wasm", ""));

        // When
        exchange(filter, FilterStream.get("/", "traceparent", SAMPLED));

        // Then
        List<Span> spans = harness.spans.spans;
        assertThat(spans)
                .extracting(Span::name)
                .containsExactly("proxy_on_request_headers", "proxy_on_response_headers");
        assertThat(spans)
                .allSatisfy(span -> {
                    assertThat(span.parentId()).isEqualTo(0xb7ad6b7169203331L);
                    assertThat(span.context().traceLow()).isEqualTo(0x8448eb211c80319cL);
                    assertThat(span.attributes()).isEqualTo(Map.of("plugin", "test-plugin"));
                });
    }

    @Test
    void aSpanOfThePluginIsWhatItSays() {
        exchange(
                harness.start(PluginHarness.spec("wat/trace.wasm", "")),
                FilterStream.get("/", "traceparent", SAMPLED));
        var own = harness.spans.spans.getFirst();
        assertThat(own.name()).isEqualTo("work");
        assertThat(own.startEpochNanos()).isEqualTo(5);
        assertThat(own.endEpochNanos()).isEqualTo(9);
        assertThat(own.attributes()).isEqualTo(Map.of("k", "v", "plugin", "test-plugin"));
    }

    @Test
    void nothingIsRecordedOfWhatIsNotSampledOrNotWantedOrHasNoTrace() {
        var filter = harness.start(PluginHarness.spec("wat/trace.wasm", ""));
        var without = FilterStream.get("/");
        exchange(filter, without);
        exchange(filter, FilterStream.get("/", "traceparent", SAMPLED.replace("-01", "-00")));
        harness.spans.on = false;
        exchange(filter, FilterStream.get("/", "traceparent", SAMPLED));

        assertThat(harness.spans.spans).isEmpty();
        assertThat(without.contains(PARENT)).isFalse();
        assertThat(harness.worker.calls.getFirst().headers().contains(TraceContext.TRACEPARENT))
                .isFalse();
        assertThat(harness.worker.calls.get(1).headers().get(TraceContext.TRACEPARENT))
                .endsWith("-00");
    }

    private void exchange(WorkerFilter filter, HeaderMap head) {
        var stream = harness.stream(filter);
        stream.request(head, true);
        stream.response(HeaderMap.of(":status", "200"), true);
        stream.end();
    }
}
