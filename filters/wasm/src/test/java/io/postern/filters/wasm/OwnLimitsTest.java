package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.WasmLimits;
import io.postern.config.model.WasmLimits.Fuel;
import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins with limits of their own: {@code postern.filters.http.wasm.v1.LimitedWasm}. */
class OwnLimitsTest {
    private static final Fuel NO_LIMIT = new Fuel(0, 0, 0, 0, 0);

    private final PluginHarness harness = new PluginHarness();

    @BeforeEach
    void quiet() {
        harness.level = 5;
    }

    private static WasmLimits fuel(Fuel fuel) {
        return new WasmLimits(0, Duration.ZERO, Duration.ZERO, true, fuel, 0);
    }

    private static WasmSpec limited(String file, String configuration, WasmLimits limits) {
        var spec = PluginHarness.spec(file, "", configuration, FailurePolicy.FAIL_CLOSED);
        return PluginHarness.with(spec, false, limits);
    }

    private FilterStream request(WorkerFilter filter) {
        var stream = harness.stream(filter);
        stream.request(FilterStream.get("/"), true);
        stream.end();
        return stream;
    }

    private long counted(String name) {
        return harness.worker.metrics.counter("wasm.test-plugin." + name).value();
    }

    @Test
    void aRequestThatTakesMoreFuelThanItHasIsEnded() {
        // Given
        var limits = fuel(new Fuel(0, 100_000, 0, 0, 0));
        var filter = harness.start(limited("wat/attacks.wasm", "hl", limits));

        // When
        var stream = request(filter);

        // Then
        assertThat(stream.events).contains("reply 503");
        assertThat(harness.logged)
                .anyMatch(line -> line.contains("fuel of 100000 instructions used up"));
        assertThat(counted("killed")).isEqualTo(1);
    }

    @Test
    void theSameRequestTakesTheSameFuelInEveryRun() {
        // Given
        var spec = limited("plugins/http_headers.wasm", "", fuel(NO_LIMIT));
        long[] used = new long[2];

        for (int run = 0; run < used.length; run++) {
            // When
            var filter = harness.start(spec);
            long before = counted("fuel");
            request(filter);
            used[run] = counted("fuel") - before;
            filter.close();
        }

        // Then
        assertThat(used[0]).isPositive().isEqualTo(used[1]);
    }

    @Test
    void fuelOfOnePhaseSaysNothingAboutAnother() {
        var limits = fuel(new Fuel(0, 0, 100_000, 0, 100));
        var filter = harness.start(limited("plugins/http_headers.wasm", "", limits));
        assertThat(request(filter).events).doesNotContain("reply 503");
        assertThat(counted("killed")).isZero();
    }

    @Test
    void aStartThatTakesMoreFuelThanItHasIsRefused() {
        var spec = limited("wat/loop_initialize.wasm", "", fuel(new Fuel(1_000, 0, 0, 0, 0)));
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("fuel of 1000 instructions used up");
    }

    @Test
    void aCallWithTooManyHostCallsIsEnded() {
        // Given: a plugin that logs without end
        var limits = new WasmLimits(0, Duration.ZERO, Duration.ZERO, false, NO_LIMIT, 50);
        var filter = harness.start(limited("wat/attacks.wasm", "hp", limits));

        // When
        request(filter);

        // Then
        assertThat(harness.logged).anyMatch(line -> line.contains("more than 50 host calls"));
        assertThat(counted("killed")).isEqualTo(1);
    }

    @Test
    void aModuleThatDeclaresMoreThanItsOwnLimitIsRefused() {
        var limits = new WasmLimits(65_536, Duration.ZERO, Duration.ZERO, false, NO_LIMIT, 0);
        var spec = limited("plugins/http_headers.wasm", "", limits);
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("expected: at most 65536");
    }
}
