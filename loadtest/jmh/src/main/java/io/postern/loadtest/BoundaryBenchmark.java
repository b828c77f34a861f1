package io.postern.loadtest;

import static java.util.Objects.requireNonNull;

import io.postern.config.model.DataSource;
import io.postern.config.model.WasmSpec;
import io.postern.filters.wasm.WasmFilterFactory;
import io.postern.filters.wasm.WasmLimits;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.vm.Environment;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterScope;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.SpanSink;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What crossing between host and plugin costs: a callback that does nothing, and one that makes a
 * hundred host calls of a kind (the figures are of the whole callback). The head has eight lines.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:-DontCompileHugeMethods",
            "-XX:-ClipInlining"
        })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class BoundaryBenchmark {
    private static final FilterScope SCOPE =
            new FilterScope("wasm", "listener", "node", "cluster", true);

    /** What is called; the plugin goes by the letter. */
    @Param({
        "callback",
        "header value",
        "replace header",
        "pairs",
        "set pairs",
        "attribute",
        "log below the level",
        "get shared data",
        "write shared data",
        "time",
        "metric",
        "body"
    })
    public String operation = "callback";

    private final Body body = ArrayBody.of("x".repeat(64));
    private Filter filter = new Filter() {};

    private static final class Host implements PluginLog, Environment.Clock {
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

    /** Starts the plugin, and a stream whose head waits for its body. */
    @Setup
    public void start() throws IOException {
        var host = new Host();
        var factory =
                new WasmFilterFactory(
                        new WasmEngine(null),
                        null,
                        WasmLimits.DEFAULT,
                        host,
                        host,
                        SpanSink.NONE,
                        _ -> {});
        var worker = new FakeWorker();
        WorkerFilter plugin = factory.load(spec(operation.substring(0, 1)), SCOPE).forWorker(worker);
        plugin.start();
        var stream =
                new FilterStream(
                        worker,
                        callbacks -> {
                            filter = plugin.newFilter(callbacks);
                            return filter;
                        });
        stream.request(
                FilterStream.get(
                        "/path", "user-agent", "curl/8", "accept", "*/*", "x-a", "1", "x-b", "2"),
                false);
        stream.requestBody("x".repeat(64), false); // from now on the stream has one
    }

    private static WasmSpec spec(String letter) throws IOException {
        try (var in = BoundaryBenchmark.class.getResourceAsStream("/boundary.wasm")) {
            byte[] code = requireNonNull(in).readAllBytes();
            var vm =
                    new WasmSpec.Vm(
                            "",
                            new WasmSpec.Code.Local(new DataSource.Inline(code)),
                            new byte[0],
                            Map.of());
            return new WasmSpec(
                    "boundary",
                    "",
                    vm,
                    letter.getBytes(StandardCharsets.UTF_8),
                    WasmSpec.FailurePolicy.FAIL_CLOSED,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    true,
                    List.of(),
                    io.postern.config.model.WasmLimits.DEFAULT);
        }
    }

    /** One body callback. */
    @Benchmark
    public FilterStatus callback() {
        return filter.onRequestBody(body, false);
    }
}
