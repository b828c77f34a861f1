package io.postern.filters.opa.engine;

import com.dylibso.chicory.compiler.Cache;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiled policies by content: the same file on ten listeners, or in the next configuration, is
 * compiled once. Keeps no module alive by itself. Thread-safe; control threads.
 */
public final class PolicyModules {
    private final Map<String, WeakReference<PolicyModule>> byDigest = new HashMap<>();
    private final @Nullable Cache compiledClasses;

    /** Keeps compiled classes in a directory between runs; null: compiles in every run. */
    public PolicyModules(@Nullable Path cacheDirectory) {
        compiledClasses =
                cacheDirectory == null ? null : new ClassCache(cacheDirectory.resolve("opa"));
    }

    /**
     * The module of {@code policy.wasm}.
     *
     * @throws IllegalArgumentException when it is no policy
     */
    public synchronized PolicyModule of(byte[] wasm) {
        String digest = digest(wasm);
        var known = byDigest.get(digest);
        var module = known == null ? null : known.get();
        if (module == null) {
            module = PolicyModule.compile(wasm, compiledClasses);
            byDigest.values().removeIf(reference -> reference.get() == null);
            byDigest.put(digest, new WeakReference<>(module));
        }
        return module;
    }

    /** SHA-256 in hexadecimal digits. */
    public static String digest(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
