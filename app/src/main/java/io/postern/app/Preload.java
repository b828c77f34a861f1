package io.postern.app;

import io.postern.config.ConfigFile;
import io.postern.core.runtime.Transport;
import io.postern.filters.opa.OpaFilterFactory;
import io.postern.filters.wasm.engine.WasmEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Uses the second processor while the first reads the configuration: loads what a gateway needs
 * whatever its configuration says, and the code that its text seems to name. Changes nothing but
 * the time of a start.
 */
public final class Preload {
    private static final long MOST_TEXT = 1 << 20;
    private static final long MOST_CODE = 16 << 20;

    private final WasmEngine engine = new WasmEngine(CacheDirectory.path());

    private Preload() {}

    /** Nothing is loaded before it is needed. */
    public static Preload none() {
        return new Preload();
    }

    /**
     * Starts it; does not wait.
     *
     * @param config the configuration's file; null: there is none
     */
    public static Preload start(@Nullable Path config) {
        var preload = new Preload();
        Thread.ofPlatform().daemon().name("preload").start(() -> preload.run(config));
        return preload;
    }

    /** Compiles, or has compiled, the modules of this process. */
    public WasmEngine engine() {
        return engine;
    }

    // One after the other, what is needed first first: more threads would only delay it.
    private void run(@Nullable Path config) {
        ConfigFile.preload();
        Transport.best(); // Netty and its natives
        if (config != null) {
            codeNamedIn(config);
        }
    }

    // A guess by the names' endings: what is not a module is told when the configuration is used.
    private void codeNamedIn(Path config) {
        try {
            if (Files.size(config) > MOST_TEXT) {
                return;
            }
            for (String word : Files.readString(config).split("[\\s\"'{},]+", -1)) {
                if (word.endsWith(".wasm") && isSmallFile(word)) {
                    engine.prepare(Files.readAllBytes(Path.of(word)));
                } else if (word.endsWith(".tar.gz") && isSmallFile(word)) {
                    OpaFilterFactory.prepare(Files.readAllBytes(Path.of(word)), engine);
                }
            }
        } catch (IOException | InvalidPathException _) {
            return; // told by whoever needs it
        }
    }

    private static boolean isSmallFile(String name) throws IOException {
        Path file = Path.of(name);
        return Files.isRegularFile(file) && Files.size(file) <= MOST_CODE;
    }
}
