package io.postern.filters.opa;

import io.postern.config.model.AsyncDataSource;
import io.postern.config.model.DataSource;
import io.postern.config.model.OpaSpec;
import io.postern.config.model.RemoteDataSource;
import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.opa.builtin.Builtins;
import io.postern.filters.opa.bundle.PolicyFiles;
import io.postern.filters.opa.engine.Host;
import io.postern.filters.opa.engine.PolicyModule;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.engine.Watchdog;
import io.postern.filters.wasm.remote.CodeStore;
import io.postern.filters.wasm.remote.RemoteFilter;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads OPA policies. Thread-safe; {@link #load} is for control threads.
 *
 * <p>Source: {@code postern.filters.http.opa.v1.Opa}.
 */
public final class OpaFilterFactory implements FilterFactory<OpaSpec> {
    private static final int MOST_PAGES = 2048; // 128 MiB per worker, data document included

    private final WasmEngine engine;
    private final CodeStore store;
    private final Watchdog watchdog = new Watchdog();
    private final Map<String, Builtin> builtins = Builtins.all();
    private final InstantSource clock;
    private final Executor control;

    /**
     * A factory.
     *
     * @param engine compiles policies
     * @param cacheDirectory where fetched policies are kept between starts; null: nowhere
     * @param clock wall clock of {@code time.now_ns}
     * @param control runs the replacement of broken instances off the event loops
     */
    public OpaFilterFactory(
            WasmEngine engine,
            @Nullable Path cacheDirectory,
            InstantSource clock,
            Executor control) {
        this.engine = engine;
        this.store = new CodeStore(cacheDirectory);
        this.clock = clock;
        this.control = control;
    }

    /**
     * Compiles a policy that will be asked for soon; what is wrong with it is told then.
     *
     * @param policy a module or a bundle
     */
    public static void prepare(byte[] policy, WasmEngine engine) {
        try {
            engine.prepare(PolicyFiles.read(policy).wasm());
        } catch (IllegalArgumentException _) {
            return;
        }
    }

    @Override
    public Class<OpaSpec> configType() {
        return OpaSpec.class;
    }

    @Override
    public LoadedFilter load(OpaSpec spec, FilterScope scope) {
        return named(spec, () -> loaded(spec));
    }

    private static LoadedFilter named(OpaSpec spec, Supplier<LoadedFilter> load) {
        try {
            return load.get();
        } catch (IllegalArgumentException e) {
            throw new FilterLoadException(
                    "OPA policy '"
                            + spec.name()
                            + "' ("
                            + from(spec.policy())
                            + "): "
                            + e.getMessage(),
                    e);
        }
    }

    private LoadedFilter loaded(OpaSpec spec) {
        return switch (spec.policy()) {
            case DataSource local -> policy(spec, octets(local));
            case RemoteDataSource remote -> {
                byte[] cached = store.find(remote.sha256());
                yield cached == null ? remote(spec, remote) : policy(spec, cached);
            }
        };
    }

    private LoadedFilter remote(OpaSpec spec, RemoteDataSource remote) {
        return new RemoteFilter(
                remote,
                WorkerPolicy.REFUSAL,
                store,
                problem -> FailureLog.logDownload(spec.name(), problem),
                control,
                octets -> named(spec, () -> policy(spec, octets)));
    }

    private LoadedFilter policy(OpaSpec spec, byte[] octets) {
        var files = PolicyFiles.read(octets);
        byte[] data = files.dataUnder(spec.data());
        var module = PolicyModule.compile(files.wasm(), engine);
        refuseUnknownBuiltins(module);
        int entrypoint = entrypoint(module, spec.entrypoint());
        var host =
                new Host(
                        builtins,
                        clock,
                        new SecureRandom(),
                        watchdog,
                        spec.evaluationTimeout(),
                        MOST_PAGES);
        var loaded = new LoadedPolicy(spec, module, entrypoint, data, host, control);
        loaded.warmUp();
        return loaded;
    }

    private void refuseUnknownBuiltins(PolicyModule module) {
        var missing = new TreeSet<>(module.builtinIds().keySet());
        missing.removeAll(builtins.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "calls built-in functions that Postern does not have: "
                            + String.join(", ", missing)
                            + " (those it has are in docs/filters/opa.md)");
        }
    }

    private static int entrypoint(PolicyModule module, String name) {
        if (name.isEmpty()) {
            return module.entrypoints().firstEntry().getValue();
        }
        Integer number = module.entrypoints().get(name);
        if (number == null) {
            throw new IllegalArgumentException(
                    "has no entrypoint '"
                            + name
                            + "' (it has: "
                            + String.join(", ", module.entrypoints().keySet())
                            + "; add it with opa build -e "
                            + name
                            + ")");
        }
        return number;
    }

    private static byte[] octets(DataSource source) {
        return switch (source) {
            case DataSource.Inline(byte[] bytes) -> bytes;
            case DataSource.LocalFile(String path) -> file(Path.of(path));
        };
    }

    private static byte[] file(Path path) {
        try {
            if (Files.size(path) > PolicyFiles.MOST_BYTES) {
                throw new IllegalArgumentException(
                        "is larger than " + PolicyFiles.MOST_BYTES + " bytes");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot be read: "
                            + e
                            + " (relative paths start at "
                            + Path.of("").toAbsolutePath()
                            + ")",
                    e);
        }
    }

    private static String from(AsyncDataSource source) {
        return switch (source) {
            case RemoteDataSource remote -> remote.uri();
            case DataSource.Inline inline -> inline.bytes().length + " inline bytes";
            case DataSource.LocalFile(String path) -> path;
        };
    }
}
