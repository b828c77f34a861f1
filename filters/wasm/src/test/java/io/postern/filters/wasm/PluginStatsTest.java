package io.postern.filters.wasm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code wasm.NAME.*}: what a plugin costs and suffers. */
class PluginStatsTest {
    private static final String START = "wasm.test-plugin.";

    private final PluginHarness harness = new PluginHarness();

    @Test
    void everyCallOfTheGuestCountsAndSomeAreTimed() {
        // Given
        var filter = harness.start("all_hostcalls.wasm", "");

        // When
        for (int i = 0; i < 10; i++) {
            exchange(filter);
        }

        // Then
        // on_context_create, request and response headers, on_log, on_done, on_delete
        assertThat(value("calls")).isEqualTo(60);
        assertThat(harness.worker.metrics.samples.get(START + "call_ns")).hasSize(60 / 17 + 1);
        assertThat(value("traps")).isZero();
        assertThat(value("instances")).isEqualTo(1);
        assertThat(value("memory_bytes")).isPositive().isEqualTo(value("memory_bytes") >> 16 << 16);
    }

    @Test
    void aTrapAndTheNewInstanceAreSeen() {
        // Given
        var filter = harness.start("all_hostcalls.wasm", "");

        // When
        harness.stream(filter).request(FilterStream.get("/panic"), true);
        harness.worker.runTasks();

        // Then
        assertThat(value("traps")).isEqualTo(1);
        assertThat(value("killed")).isZero();
        assertThat(value("instances")).isEqualTo(1);
        assertThat(value("vm_reload_success")).isEqualTo(1);
    }

    @Test
    void aCallThatIsEndedForItsTimeIsKilledNotTrapped() {
        // Given
        var limits =
                new WasmLimits(1 << 26, Duration.ofMillis(10), Duration.ofSeconds(30), 1_000_000);
        var quick = new PluginHarness(Runnable::run, null, limits);
        var spec = PluginHarness.spec("wat/hostile.wasm", "", "l", FailurePolicy.FAIL_CLOSED);

        // When
        quick.stream(quick.start(spec)).request(FilterStream.get("/"), true);

        // Then
        assertThat(quick.worker.metrics.values.get(START + "killed")).hasValue(1);
        assertThat(quick.worker.metrics.values.get(START + "traps")).hasValue(0);
    }

    @Test
    void aPluginThatKeepsFailingIsStartedAgainAfterItsBackoff() {
        // Given
        var spec = PluginHarness.spec("wat/hostile.wasm", "", "t", FailurePolicy.FAIL_RELOAD);
        var filter = harness.start(spec); // its back-off begins with one second
        for (int i = 0; i < 2; i++) { // the first rebuild is at once
            harness.stream(filter).request(FilterStream.get("/"), true);
            harness.worker.runTasks();
        }
        assertThat(value("traps")).isEqualTo(2);
        assertThat(value("vm_reload_backoff")).isEqualTo(1);

        // When
        harness.worker.advance(Duration.ofMillis(900).toNanos());
        var early = harness.stream(filter);
        early.request(FilterStream.get("/"), true);
        harness.worker.advance(Duration.ofMillis(200).toNanos());
        harness.worker.runTasks();
        harness.stream(filter).request(FilterStream.get("/"), true);

        // Then
        assertThat(early.events).contains("reply 503");
        assertThat(value("traps")).isEqualTo(3); // the early one did not reach a guest
        assertThat(value("vm_reload_success")).isEqualTo(2);
    }

    @Test
    void pluginsOfOneMachineCountForThemselvesAndNothingIsLeftWhenTheyGo() {
        // Given
        var one = harness.start("all_hostcalls.wasm", "one");
        var two = harness.start("all_hostcalls.wasm", "two");
        harness.worker.runTasks();
        assertThat(value("instances")).isEqualTo(2); // two plugins of one name

        // When
        List.of(one, two).forEach(WorkerFilter::close);

        // Then
        assertThat(value("instances")).isZero();
        assertThat(value("memory_bytes")).isZero();
    }

    private void exchange(WorkerFilter filter) {
        var stream = harness.stream(filter);
        stream.request(FilterStream.get("/"), true);
        stream.response(HeaderMap.of(":status", "200"), true);
        stream.end();
    }

    private long value(String name) {
        return requireNonNull(harness.worker.metrics.values.get(START + name), name).get();
    }
}
