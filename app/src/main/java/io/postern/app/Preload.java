package io.postern.app;

import io.postern.config.ConfigFile;
import io.postern.core.runtime.Transport;
import io.postern.filters.opa.OpaFilterFactory;
import io.postern.filters.wasm.engine.WasmEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Uses the second processor while the first reads the configuration: loads what a gateway needs
 * whatever its configuration says, and the code that its text seems to name. Changes nothing but
 * the time of a start.
 */
public final class Preload {
    private static final long MOST_TEXT = 1 << 20;
    private static final long MOST_CODE = 16 << 20;
    private static final byte MODULE = 0; // first of "\0asm"
    private static final byte GZIP = 0x1f;

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
        preload.start(() -> {
            if (config != null) {
                preload.codeNamedIn(config);
            }
        });
        return preload;
    }

    /** The same for a configuration that will need the code in these files. */
    public static Preload ofCode(List<Path> files) {
        var preload = new Preload();
        preload.start(() -> files.forEach(preload::prepare));
        return preload;
    }

    /** Compiles, or has compiled, the modules of this process. */
    public WasmEngine engine() {
        return engine;
    }

    // One after the other, what is needed first first: more threads would only delay it.
    private void start(Runnable code) {
        Thread.ofPlatform()
                .daemon()
                .name("preload")
                .start(() -> {
                    ConfigFile.preload();
                    Transport.best(); // Netty and its natives
                    code.run();
                });
    }

    // A guess by the names' endings.
    private void codeNamedIn(Path config) {
        try {
            if (Files.size(config) > MOST_TEXT) {
                return;
            }
            for (String word : Files.readString(config).split("[\\s\"'{},]+", -1)) {
                if (word.endsWith(".wasm") || word.endsWith(".tar.gz")) {
                    prepare(Path.of(word));
                }
            }
        } catch (IOException | InvalidPathException _) {
            return; // told by whoever needs it
        }
    }

    // A module, or a bundle with a policy; what is neither is told when the configuration is used.
    private void prepare(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_CODE) {
                return;
            }
            byte[] code = Files.readAllBytes(file);
            if (code.length > 0 && code[0] == MODULE) {
                engine.prepare(code);
            } else if (code.length > 0 && code[0] == GZIP) {
                OpaFilterFactory.prepare(code, engine);
            }
        } catch (IOException _) {
            return; // told by whoever needs it
        }
    }
}
