package io.postern.filters.wasm;

import io.postern.config.model.DataSource;
import io.postern.config.model.WasmSpec;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.vm.Environment;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A factory, a worker and a plugin on it. */
final class PluginHarness implements PluginLog {
    static final FilterScope SCOPE = new FilterScope("wasm", "listener", "node-1", "edge", true);
    static final Environment.Clock CLOCK =
            new Environment.Clock() {
                @Override
                public long epochNanos() {
                    return 42;
                }

                @Override
                public long monotonicNanos() {
                    return System.nanoTime();
                }
            };

    final List<String> logged = new CopyOnWriteArrayList<>();
    final RecordedSpans spans = new RecordedSpans();
    final FakeWorker worker = new FakeWorker();
    final WasmFilterFactory factory;
    int level = PluginLog.DEBUG; // at TRACE every call is a line

    PluginHarness() {
        this(Runnable::run);
    }

    PluginHarness(Executor control) {
        this(control, null);
    }

    PluginHarness(Executor control, @Nullable Path cacheDirectory) {
        this(control, cacheDirectory, WasmLimits.DEFAULT);
    }

    PluginHarness(Executor control, @Nullable Path cacheDirectory, WasmLimits limits) {
        factory =
                new WasmFilterFactory(
                        new WasmEngine(cacheDirectory),
                        cacheDirectory,
                        limits,
                        this,
                        CLOCK,
                        spans,
                        control);
    }

    static WasmSpec spec(String file, String configuration) {
        return spec(file, "", configuration, WasmSpec.FailurePolicy.FAIL_CLOSED);
    }

    static WasmSpec spec(
            String file, String rootId, String configuration, WasmSpec.FailurePolicy policy) {
        return spec(bytes(file), rootId, configuration, policy);
    }

    static WasmSpec spec(
            byte[] code, String rootId, String configuration, WasmSpec.FailurePolicy policy) {
        var vm =
                new WasmSpec.Vm(
                        "",
                        new WasmSpec.Code.Local(new DataSource.Inline(code)),
                        new byte[0],
                        Map.of("A", "b c"));
        return new WasmSpec(
                "test-plugin",
                rootId,
                vm,
                configuration.getBytes(StandardCharsets.UTF_8),
                policy,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                false,
                List.of(),
                io.postern.config.model.WasmLimits.DEFAULT);
    }

    /** The same plugin with other limits, and with headers that wait for the body or not. */
    static WasmSpec with(
            WasmSpec spec, boolean stopsHeadersAlone, io.postern.config.model.WasmLimits limits) {
        return new WasmSpec(
                spec.name(),
                spec.rootId(),
                spec.vm(),
                spec.configuration(),
                spec.failurePolicy(),
                spec.reloadBackoffBase(),
                spec.reloadBackoffMax(),
                stopsHeadersAlone,
                spec.allowedCapabilities(),
                limits);
    }

    static byte[] bytes(String file) {
        try (InputStream in = PluginHarness.class.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WorkerFilter start(String file, String configuration) {
        return start(spec("plugins/" + file, configuration));
    }

    WorkerFilter start(WasmSpec spec) {
        LoadedFilter loaded = factory.load(spec, SCOPE);
        WorkerFilter filter = loaded.forWorker(worker);
        filter.start();
        return filter;
    }

    FilterStream stream(WorkerFilter filter) {
        return new FilterStream(worker, filter);
    }

    @Override
    public int level(String plugin) {
        return level;
    }

    @Override
    public void log(int messageLevel, String plugin, String message) {
        logged.add(messageLevel + " " + message);
    }
}
