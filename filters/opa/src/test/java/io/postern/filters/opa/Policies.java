package io.postern.filters.opa;

import io.postern.config.model.AsyncDataSource;
import io.postern.config.model.DataSource;
import io.postern.config.model.OpaSpec;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Loads the compiled test policies; control work runs when the test says so. */
final class Policies {
    static final FilterScope SCOPE = new FilterScope("opa", "", "node", "cluster", true);
    private static final Path COMPILED = Path.of("src/test/policies/compiled");

    private final Queue<Runnable> controlWork = new ArrayDeque<>();
    private final OpaFilterFactory factory;

    Policies(@Nullable Path cacheDirectory) {
        factory =
                new OpaFilterFactory(
                        new WasmEngine(cacheDirectory),
                        cacheDirectory,
                        InstantSource.system(),
                        controlWork::add);
    }

    LoadedFilter load(OpaSpec spec) {
        return factory.load(spec, SCOPE);
    }

    void runControlWork() {
        while (!controlWork.isEmpty()) {
            controlWork.remove().run();
        }
    }

    /** A policy of the test bundles, deciding on heads alone. */
    static OpaSpec spec(String bundle, String entrypoint) {
        return new OpaSpec(
                bundle,
                new DataSource.LocalFile(COMPILED.resolve(bundle + ".tar.gz").toString()),
                new byte[0],
                entrypoint,
                0,
                false,
                403,
                Duration.ofSeconds(10),
                List.of());
    }

    static OpaSpec withData(OpaSpec spec, String data) {
        return new OpaSpec(
                spec.name(),
                spec.policy(),
                data.getBytes(StandardCharsets.UTF_8),
                spec.entrypoint(),
                spec.maxRequestBytes(),
                spec.allowTruncatedBody(),
                spec.deniedStatus(),
                spec.evaluationTimeout(),
                spec.contextExtensions());
    }

    static OpaSpec withBody(OpaSpec spec, int most, boolean truncate) {
        return new OpaSpec(
                spec.name(),
                spec.policy(),
                spec.data(),
                spec.entrypoint(),
                most,
                truncate,
                spec.deniedStatus(),
                spec.evaluationTimeout(),
                spec.contextExtensions());
    }

    static OpaSpec withTimeout(OpaSpec spec, Duration timeout) {
        return new OpaSpec(
                spec.name(),
                spec.policy(),
                spec.data(),
                spec.entrypoint(),
                spec.maxRequestBytes(),
                spec.allowTruncatedBody(),
                spec.deniedStatus(),
                timeout,
                spec.contextExtensions());
    }

    static OpaSpec withPolicy(OpaSpec spec, byte[] policy) {
        return withPolicy(spec, new DataSource.Inline(policy));
    }

    static OpaSpec withPolicy(OpaSpec spec, AsyncDataSource policy) {
        return new OpaSpec(
                spec.name(),
                policy,
                spec.data(),
                spec.entrypoint(),
                spec.maxRequestBytes(),
                spec.allowTruncatedBody(),
                spec.deniedStatus(),
                spec.evaluationTimeout(),
                spec.contextExtensions());
    }

    static OpaSpec withExtension(OpaSpec spec, String name, String value) {
        return new OpaSpec(
                spec.name(),
                spec.policy(),
                spec.data(),
                spec.entrypoint(),
                spec.maxRequestBytes(),
                spec.allowTruncatedBody(),
                spec.deniedStatus(),
                spec.evaluationTimeout(),
                List.of(new OpaSpec.NameValue(name, value)));
    }
}
