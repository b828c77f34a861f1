package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Host calls answer as a real Envoy 1.40 did for the same plugin and request. */
class HostCallsTest {
    private static final HeaderName ANSWER = HeaderName.of("x-answer");

    private final PluginHarness harness = new PluginHarness();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/info | cfg=cfg vmcfg=0: n=true eos=true",
                "/metrics | c=Ok(1) g=Ok(42) h=Err(BadArgument) inc-=Ok(()) g2=Ok(40)"
                        + " cdec=Err(BadArgument) crec=Ok(()) c2=Ok(78) bad=Err(NotFound)",
                "/shared | Ok(()) Some([118, 49]) has_cas=true Err(CasMismatch) Ok(())"
                        + " Some(Ok(\"v3\")) missing=(None, None)",
                "/queue | Ok(()) true false None Err(NotFound) Err(NotFound)",
                "/dispatch-bad | Err(BadArgument) Err(BadArgument)",
                "/dispatch-dead | Err(BadArgument)",
                "/foreign | compress=11 nope=Err(NotFound)"
                        + " uncompress=Ok(Some(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"))",
                "/local-then-continue | tea",
            })
    void answersAsEnvoy(String path, String expected) {
        var stream = harness.stream(harness.start("all_hostcalls.wasm", "cfg"));
        stream.request(FilterStream.get(path), true);
        assertThat(stream.replyBody()).isEqualTo(expected);
        assertThat(stream.events).endsWith("reply sent");
        stream.end();
    }

    @Test
    void propertiesAreWhatEnvoyGives() {
        var stream = harness.stream(harness.start("all_hostcalls.wasm", "cfg"));
        stream.request(FilterStream.get("/props", "x-foo", "f"), true);
        assertThat(stream.replyBody().lines())
                .contains(
                        "request.path=s:/props",
                        "request.url_path=s:/props",
                        "request.host=s:example.com",
                        "request.method=s:GET",
                        "request.headers.x-foo=s:f",
                        "request.headers.nope=-",
                        "request.query=-",
                        "destination.port=x:901f000000000000",
                        "connection.mtls=x:00",
                        "connection.tls_version=-",
                        "upstream.address=-",
                        "route_name=-",
                        "xds.route_name=s:route-1",
                        "xds.cluster_name=s:cluster-1",
                        "cluster_name=-",
                        "xds.virtual_host_name=s:host-1",
                        "xds.listener_direction=x:0100000000000000",
                        "listener_direction=-",
                        "node.id=-",
                        "node=-",
                        "plugin_name=s:test-plugin",
                        "filter_state=s:ERRSerializationFailure",
                        "request=s:ERRSerializationFailure",
                        "wasm_state=s:hello filter_state.wasm.wasm_state=s:hello");
    }

    @Test
    void requestPropertiesAreGoneInAProxiedResponseAndBackInTheLog() {
        var stream = harness.stream(harness.start("all_hostcalls.wasm", ""));
        stream.request(FilterStream.get("/x"), true);
        var head = HeaderMap.of(":status", "200");
        stream.response(head, true);
        stream.end();
        assertThat(head.get(HeaderName.of("x-rp"))).isEqualTo("-");
        assertThat(harness.logged).contains("2 LOG code=x:c800000000000000 path=s:/x");
    }

    @Test
    void headerEditsReachTheNextFilterAndTheRoute() {
        var stream = harness.stream(harness.start("all_hostcalls.wasm", ""));
        var head =
                FilterStream.get(
                        "/hdrs", "x-foo", "f", "x-multi", "1", "x-multi", "2", "x-gone", "1",
                        "x-case", "u");
        stream.request(head, true);
        assertThat(head.get(HeaderName.PATH)).isEqualTo("/rewritten?x=1");
        assertThat(head.name(0)).isEqualTo(":method");
        assertThat(head.contains(HeaderName.of("x-gone"))).isFalse();
        assertThat(head.get(HeaderName.of("x-foo"))).isEqualTo("changed");
        assertThat(head.get(HeaderName.of("x-case"))).isEqualTo("V");
        assertThat(stream.routeCacheClears).isPositive();
    }

    @Test
    void theRequestMapIsClosedInTheBodyCallback() {
        // The Rust SDK panics on the BadArgument, in Envoy as well.
        var stream = harness.stream(harness.start("all_hostcalls.wasm", ""));
        stream.request(FilterStream.get("/hdrs-in-body"), false);
        stream.requestBody("{}", true);
        assertThat(stream.events).containsExactly("reply 503", "reply sent");
        assertThat(harness.logged)
                .anySatisfy(line -> assertThat(line).contains("unexpected status: 2"));
    }

    @Test
    void environmentIsWhatWasConfigured() {
        var stream = harness.stream(harness.start("c_env_wasi.wasm", ""));
        stream.request(FilterStream.get("/"), true);
        assertThat(stream.replyBody()).contains("A=b c");
    }

    @Test
    void rawCPluginSeesBothDirections() {
        var stream = harness.stream(harness.start("c_raw_headers.wasm", ""));
        var head = FilterStream.get("/");
        var response = HeaderMap.of(":status", "200");
        assertThat(stream.request(head, true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.response(response, true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(head.size() + response.size()).isGreaterThan(5);
    }

    @Test
    void anAnswerOfACallResumesTheRequestThatWaitsForIt() {
        // Given
        harness.worker.clusters.add("backend");
        var filter = harness.start(PluginHarness.spec("wat/calls.wasm", ""));
        assertThat(harness.worker.calls).hasSize(1); // sent from on_configure, off the loop
        harness.worker.calls.clear();
        var stream = harness.stream(filter);
        var head = FilterStream.get("/");

        // When
        FilterStatus status = stream.request(head, true);
        var call = harness.worker.calls.getFirst();
        call.answer(HeaderMap.of(":status", "200"), ArrayBody.of("42"), new HeaderMap());

        // Then
        assertThat(status).isEqualTo(FilterStatus.PAUSE);
        assertThat(call.cluster()).isEqualTo("backend");
        assertThat(call.headers().get(HeaderName.AUTHORITY)).isEqualTo("b");
        assertThat(call.headers().contains(HeaderName.CONTENT_LENGTH)).isFalse(); // it has no body
        assertThat(call.timeoutNanos()).isEqualTo(500_000_000L);
        assertThat(head.get(ANSWER)).isEqualTo("42");
        assertThat(stream.events).containsExactly("resumeRequest");
    }

    @Test
    void aCallToAnUnknownClusterIsRefused() {
        var filter = harness.start(PluginHarness.spec("wat/calls.wasm", ""));
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/"), true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(harness.worker.calls).isEmpty();
    }

    @Test
    void ticksComeInTheirPeriodUntilThePluginGoes() {
        // Given
        var filter = harness.start(PluginHarness.spec("wat/calls.wasm", ""));

        // When
        harness.worker.advance(Duration.ofMillis(350).toNanos());
        filter.close();
        harness.worker.advance(Duration.ofMillis(500).toNanos());

        // Then
        assertThat(harness.logged).containsExactly("2 tick", "2 tick", "2 tick");
        assertThat(harness.worker.timers()).isZero();
    }

    @Test
    void pluginsWithTheSameCodeShareAMachine() {
        // Given
        var spec = PluginHarness.spec("plugins/all_hostcalls.wasm", "one");
        var first = harness.start(spec);
        var second = harness.start(PluginHarness.spec("plugins/all_hostcalls.wasm", "two"));
        harness.worker.runTasks();

        // When
        var one = harness.stream(first);
        one.request(FilterStream.get("/info"), true);
        var two = harness.stream(second);
        two.request(FilterStream.get("/info"), true);

        // Then
        assertThat(one.replyBody()).startsWith("cfg=one ");
        assertThat(two.replyBody()).startsWith("cfg=two ");
        one.end();
        two.end();
        first.close();
        var still = harness.stream(second);
        still.request(FilterStream.get("/info"), true);
        assertThat(still.replyBody()).startsWith("cfg=two ");
    }

    @Test
    void aRestrictedPluginMayNotCallWhatIsNotAllowed() {
        // Given
        var all = PluginHarness.spec("plugins/c_raw_headers.wasm", "");
        var restricted =
                new WasmSpec(
                        all.name(),
                        all.rootId(),
                        all.vm(),
                        all.configuration(),
                        all.failurePolicy(),
                        all.reloadBackoffBase(),
                        all.reloadBackoffMax(),
                        false,
                        List.of("proxy_on_request_headers", "proxy_get_header_map_value"),
                        io.postern.config.model.WasmLimits.DEFAULT);
        var head = FilterStream.get("/");
        var free = FilterStream.get("/");

        // When
        harness.stream(harness.start(all)).request(free, true);
        harness.stream(harness.start(restricted)).request(head, true);

        // Then
        assertThat(free.size()).isGreaterThan(4);
        assertThat(head.size()).isEqualTo(4);
        assertThat(harness.logged)
                .contains("4 Attempted call to restricted capability: proxy_add_header_map_value");
    }
}
