package io.postern.loadtest;

import static java.util.Objects.requireNonNull;

import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * What it takes until a plugin can serve, in a process that runs: its module from the cache of
 * compiled classes; an instance, started as its worker would start it, with {@code
 * proxy_on_configure}; and both, as the first worker of a new plugin has it.
 *
 * <p>Look at the medians. Each turn leaves a class loader behind, which nothing but a full
 * collection takes away: thousands of them in a run, and never in a gateway. A mean is that of
 * those collections.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 1)
public class ColdStartBenchmark {
    private static final Path PLUGINS = Path.of("filters/wasm/src/test/resources/plugins");

    /** Which plugin: 700 bytes of C, 140 KB of Rust. */
    @Param({"c_raw_headers", "http_headers"})
    public String module = "c_raw_headers";

    private Path cache = Path.of("");
    private byte[] bytes = {};
    private @Nullable LoadedFilter loaded;

    /** Fills the cache. */
    @Setup
    public void compile() throws IOException {
        cache = Files.createTempDirectory("coldstart");
        bytes = Files.readAllBytes(PLUGINS.resolve(module + ".wasm"));
        loaded = QuietHost.factory(cache).load(QuietHost.spec(bytes, ""), QuietHost.SCOPE);
    }

    /** The module from the cache. */
    @Benchmark
    public CompiledModule code() {
        return new WasmEngine(cache).compile(bytes);
    }

    /** One more instance at work, and its end. */
    @Benchmark
    public void instance() {
        serve(requireNonNull(loaded));
    }

    /** The first instance of a module from the cache. */
    @Benchmark
    public void plugin() {
        serve(QuietHost.factory(cache).load(QuietHost.spec(bytes, ""), QuietHost.SCOPE));
    }

    private static void serve(LoadedFilter plugin) {
        WorkerFilter filter = plugin.forWorker(new FakeWorker());
        filter.start();
        filter.close();
    }
}
