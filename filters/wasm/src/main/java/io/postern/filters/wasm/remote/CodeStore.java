package io.postern.filters.wasm.remote;

import io.postern.filters.wasm.engine.CacheFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Modules and bundles that were fetched, on disk by their SHA-256, so that a start does not need
 * the server again. Checked when they are read; readable and writable by the owner only.
 * Thread-safe; blocks.
 */
public final class CodeStore {
    private final @Nullable Path directory;

    /** {@code cacheDirectory}: null for none. */
    public CodeStore(@Nullable Path cacheDirectory) {
        directory = cacheDirectory == null ? null : cacheDirectory.resolve("modules");
    }

    /** The module, or null when it is not here or not what it should be. */
    public byte @Nullable [] find(String sha256) {
        if (directory == null) {
            return null;
        }
        try {
            byte[] bytes = Files.readAllBytes(directory.resolve(sha256));
            return digest(bytes).equals(sha256) ? bytes : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Keeps a module; that it cannot be kept only costs a fetch. */
    void store(String sha256, byte[] bytes) {
        if (directory == null) {
            return;
        }
        try {
            CacheFile.write(directory.resolve(sha256), file -> Files.write(file, bytes));
        } catch (IOException | UnsupportedOperationException e) {
            // No place for it: it will be fetched again.
        }
    }

    /** SHA-256 in lower-case hexadecimal. */
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
