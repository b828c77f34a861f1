package io.postern.filters.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmLimits;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.filters.wasm.abi.Abi;
import io.postern.filters.wasm.abi.AbiVersion;
import io.postern.filters.wasm.abi.PluginIdentity;
import io.postern.filters.wasm.abi.SharedData;
import io.postern.filters.wasm.abi.SharedQueues;
import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.EngineThreads;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.engine.Watchdog;
import io.postern.filters.wasm.expr.Expressions;
import io.postern.sdk.FilterScope;
import io.postern.sdk.SpanSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Made-up exchanges run through a plugin, and nobody hears of them. */
class WarmUpTest {
    private static final int BATCHES = 5;

    private final AtomicInteger seen = new AtomicInteger();

    private final class Watching implements PluginLog, SpanSink, Environment.Clock {
        @Override
        public int level(String plugin) {
            return DEBUG;
        }

        @Override
        public void log(int level, String plugin, String message) {
            seen.addAndGet(message.startsWith("warmed with ") ? 0 : 1);
        }

        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void record(Span span) {
            seen.incrementAndGet();
        }

        @Override
        public long epochNanos() {
            return 1;
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plugins/http_headers.wasm, '', 5", // logs every header
        "wat/trace.wasm, '', 5", // records spans, calls a cluster
        "plugins/http_body.wasm, '', 5",
        "wat/hosts.wasm, '', 5",
        "wat/hostile.wasm, t, 1", // traps: that ends it
    })
    void exchangesAreRunAndNothingOfThemIsSeen(String module, String configuration, int batches)
            throws IOException {
        // Given
        var watching = new Watching();
        var surroundings =
                new Environment(
                        watching,
                        new SharedData(),
                        new SharedQueues(),
                        new Watchdog(),
                        new EngineThreads("test-start"),
                        new SplittableRandom(1),
                        Expressions::new,
                        watching,
                        watching);
        var asked = new AtomicInteger();

        // When
        new WarmUp(surroundings)
                .run(
                        spec(module),
                        plugin(configuration),
                        () -> asked.getAndIncrement() < 1 + BATCHES);

        // Then
        assertThat(seen).hasValue(0);
        assertThat(Math.min(asked.get() - 1, BATCHES)).isEqualTo(batches);
    }

    private static VmSpec spec(String resource) throws IOException {
        try (var in = WarmUpTest.class.getResourceAsStream("/" + resource)) {
            CompiledModule module =
                    new WasmEngine(null).compile(Objects.requireNonNull(in).readAllBytes());
            return new VmSpec(
                    "key",
                    "",
                    module,
                    Objects.requireNonNull(AbiVersion.of(module.exports())),
                    Abi.functions(),
                    List.of(),
                    new byte[0],
                    new byte[0],
                    1 << 24,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    WasmLimits.DEFAULT.fuel(),
                    1_000_000);
        }
    }

    private static Plugin plugin(String configuration) {
        var scope = new FilterScope("wasm", "listener", "node", "cluster", false);
        return new Plugin(
                new PluginIdentity("plugin", "", "", scope),
                configuration.getBytes(StandardCharsets.UTF_8),
                FailurePolicy.FAIL_CLOSED,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                false);
    }
}
