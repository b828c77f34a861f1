package io.postern.loadtest;

import static java.util.Objects.requireNonNull;

import io.postern.config.model.WasmSpec;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.io.IOException;
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

    /** Starts the plugin, and a stream whose head waits for its body. */
    @Setup
    public void start() throws IOException {
        var worker = new FakeWorker();
        WorkerFilter plugin =
                QuietHost.factory(null).load(spec(), QuietHost.SCOPE).forWorker(worker);
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

    private WasmSpec spec() throws IOException {
        try (var in = BoundaryBenchmark.class.getResourceAsStream("/boundary.wasm")) {
            return QuietHost.spec(requireNonNull(in).readAllBytes(), operation.substring(0, 1));
        }
    }

    /** One body callback. */
    @Benchmark
    public FilterStatus callback() {
        return filter.onRequestBody(body, false);
    }
}
