package io.postern.filters.wasm.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Placeholder. */
final class ClassCache {
    ClassCache(Path directory) {}

    @Nullable CompiledClasses find(String digest) {
        return null;
    }

    void store(String digest, CompiledClasses classes) {}
}
