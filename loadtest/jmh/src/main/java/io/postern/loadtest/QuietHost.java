package io.postern.loadtest;

import io.postern.config.model.DataSource;
import io.postern.config.model.WasmSpec;
import io.postern.filters.wasm.WasmFilterFactory;
import io.postern.filters.wasm.WasmLimits;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.vm.Environment;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.FilterScope;
import io.postern.sdk.SpanSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Surroundings of plugins under measurement: nothing is logged but mistakes, which end the run. */
final class QuietHost implements PluginLog, Environment.Clock {
    static final FilterScope SCOPE = new FilterScope("wasm", "listener", "node", "cluster", true);

    /** A factory whose classes are kept there, or nowhere. */
    static WasmFilterFactory factory(@Nullable Path cache) {
        var host = new QuietHost();
        return new WasmFilterFactory(
                new WasmEngine(cache),
                cache,
                WasmLimits.DEFAULT,
                host,
                host,
                SpanSink.NONE,
                _ -> {});
    }

    static WasmSpec spec(byte[] code, String configuration) {
        var vm =
                new WasmSpec.Vm(
                        "",
                        new WasmSpec.Code.Local(new DataSource.Inline(code)),
                        new byte[0],
                        Map.of());
        return new WasmSpec(
                "measured",
                "",
                vm,
                configuration.getBytes(StandardCharsets.UTF_8),
                WasmSpec.FailurePolicy.FAIL_CLOSED,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                true,
                List.of(),
                io.postern.config.model.WasmLimits.DEFAULT);
    }

    @Override
    public int level(String plugin) {
        return INFO;
    }

    @Override
    public void log(int level, String plugin, String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public long epochNanos() {
        return System.nanoTime();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }
}
