package io.postern.filters.wasm;

import io.postern.config.model.DataSource;
import io.postern.config.model.RemoteDataSource;
import io.postern.config.model.WasmSpec;
import io.postern.filters.wasm.abi.Abi;
import io.postern.filters.wasm.abi.AbiVersion;
import io.postern.filters.wasm.abi.GuestHost;
import io.postern.filters.wasm.abi.PluginIdentity;
import io.postern.filters.wasm.abi.SharedData;
import io.postern.filters.wasm.abi.SharedQueues;
import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.EngineThreads;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.engine.Watchdog;
import io.postern.filters.wasm.remote.CodeStore;
import io.postern.filters.wasm.remote.RemoteFilter;
import io.postern.filters.wasm.vm.Environment;
import io.postern.filters.wasm.vm.Plugin;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.filters.wasm.vm.VmSlots;
import io.postern.filters.wasm.vm.VmSpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.LocalReply;
import io.postern.sdk.SpanSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes Proxy-Wasm plugins of their configuration: reads and compiles the module, checks what it
 * imports, and starts instances on workers. Thread-safe; {@link #load} blocks.
 */
public final class WasmFilterFactory implements FilterFactory<WasmSpec> {
    private static final long MAXIMUM_CODE_BYTES = 128L * 1024 * 1024;
    private static final LocalReply WITHOUT_CODE =
            LocalReply.of(503, "wasm_fail_stream"); // Envoy's

    private final WasmEngine engine;
    private final CodeStore store;
    private final WasmLimits limits;
    private final PluginLog log;
    private final Executor control;
    private final Environment surroundings;
    private final VmSlots slots;
    private final LazyExpressions expressions;
    private final HostFunctions<GuestHost> functions = Abi.functions();

    /**
     * With everything shared by the plugins of one process.
     *
     * @param engine compiles modules
     * @param cacheDirectory where fetched modules are kept between starts; null: nowhere
     * @param spans where spans of sampled requests go
     * @param control runs rebuilds of failed plugins: a virtual-thread executor
     */
    public WasmFilterFactory(
            WasmEngine engine,
            @Nullable Path cacheDirectory,
            WasmLimits limits,
            PluginLog log,
            Environment.Clock clock,
            SpanSink spans,
            Executor control) {
        this.limits = limits;
        this.log = log;
        this.control = control;
        this.engine = engine;
        store = new CodeStore(cacheDirectory);
        expressions = new LazyExpressions();
        control.execute(() -> warnOfMissingFlags(log));
        surroundings =
                new Environment(
                        log,
                        new SharedData(),
                        new SharedQueues(),
                        new Watchdog(),
                        new EngineThreads("wasm-start"),
                        new SecureRandom(),
                        expressions,
                        spans,
                        clock);
        slots = new VmSlots(surroundings, control);
    }

    private WasmFilterFactory(WasmFilterFactory other) {
        limits = other.limits;
        control = other.control;
        engine = other.engine;
        store = other.store;
        expressions = other.expressions;
        surroundings = other.surroundings.quiet();
        log = surroundings.log();
        slots = new VmSlots(surroundings, control);
    }

    /**
     * Makes plugins of the same code in instances of their own, for requests that nobody made: what
     * they log, share and trace goes nowhere.
     */
    public WasmFilterFactory quiet() {
        return new WasmFilterFactory(this);
    }

    private static void warnOfMissingFlags(PluginLog log) {
        for (String flag : WasmEngine.missingFlags()) {
            log.log(PluginLog.WARN, "", "started without " + flag + ": plugins run slower");
        }
    }

    @Override
    public Class<WasmSpec> configType() {
        return WasmSpec.class;
    }

    @Override
    public LoadedFilter load(WasmSpec config, FilterScope scope) {
        return switch (config.vm().code()) {
            case WasmSpec.Code.Local(DataSource source) -> plugin(config, scope, read(source));
            case WasmSpec.Code.Remote remote -> remote(config, scope, remote);
        };
    }

    private LoadedFilter remote(WasmSpec config, FilterScope scope, WasmSpec.Code.Remote code) {
        RemoteDataSource remote = code.source();
        byte[] cached = store.find(remote.sha256());
        if (cached != null) {
            return plugin(config, scope, cached);
        }
        Consumer<String> problems = text -> log.log(PluginLog.ERROR, config.name(), text);
        if (code.nackOnMiss()) {
            control.execute(() -> RemoteFilter.fillCache(remote, store, problems));
            throw refused(
                    config.name(),
                    "the code is not in the cache yet; it is being fetched from " + remote.uri());
        }
        boolean passes = config.failurePolicy() == WasmSpec.FailurePolicy.FAIL_OPEN;
        return new RemoteFilter(
                remote,
                passes ? null : WITHOUT_CODE,
                store,
                problems,
                control,
                bytes -> plugin(config, scope, bytes));
    }

    private LoadedFilter plugin(WasmSpec config, FilterScope scope, byte[] code) {
        try {
            CompiledModule module = engine.compile(code, config.limits().counted());
            AbiVersion abi = AbiVersion.of(module.exports());
            if (abi == null) {
                throw refused(config.name(), "missing or unknown Proxy-Wasm ABI version");
            }
            module.checkImports(functions);
            expressions.prepareFor(code);
            return new LoadedPlugin(slots, vm(config, module, abi), plugin(config, scope, abi));
        } catch (ModuleException e) {
            throw refused(config.name(), "the module " + e.getMessage());
        }
    }

    static FilterLoadException refused(String name, @Nullable String reason) {
        return new FilterLoadException("Unable to create Wasm plugin " + name + ": " + reason);
    }

    private VmSpec vm(WasmSpec config, CompiledModule module, AbiVersion abi) {
        WasmSpec.Vm vm = config.vm();
        WasmLimits its = limits.with(config.limits());
        return new VmSpec(
                VmKey.of(config, module.digest()),
                vm.vmId(),
                module,
                abi,
                Abi.functions(config.allowedCapabilities()),
                config.allowedCapabilities(),
                vm.configuration(),
                environment(vm.environment()),
                its.memoryBytes(),
                its.callBudget(),
                its.startBudget(),
                config.limits().fuel(),
                its.hostCalls());
    }

    private static Plugin plugin(WasmSpec config, FilterScope scope, AbiVersion abi) {
        return new Plugin(
                new PluginIdentity(config.name(), config.rootId(), config.vm().vmId(), scope),
                config.configuration(),
                config.failurePolicy(),
                config.reloadBackoffBase(),
                config.reloadBackoffMax(),
                // The dialect always does it.
                config.allowOnHeadersStopIteration() || abi == AbiVersion.V0_2_100);
    }

    private static byte[] environment(Map<String, String> variables) {
        var text = new StringBuilder();
        new TreeMap<>(variables)
                .forEach((name, value) -> text.append(name).append('=').append(value).append('\0'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] read(DataSource source) {
        return switch (source) {
            case DataSource.Inline(byte[] bytes) -> bytes;
            case DataSource.LocalFile(String path) -> read(path);
        };
    }

    private byte[] read(String path) {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > MAXIMUM_CODE_BYTES) {
                throw new FilterLoadException(
                        "Wasm code too large: " + path + " (expected: at most 128 MiB)");
            }
            return engine.read(file);
        } catch (NoSuchFileException e) {
            throw new FilterLoadException("Invalid path: " + path, e);
        } catch (IOException e) {
            throw new FilterLoadException("Invalid path: " + path + ": " + e.getMessage(), e);
        }
    }
}
