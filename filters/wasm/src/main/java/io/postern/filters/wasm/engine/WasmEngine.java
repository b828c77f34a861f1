package io.postern.filters.wasm.engine;

import com.dylibso.chicory.wasm.ChicoryException;
import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.filters.wasm.engine.translate.InvalidCode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles modules, each digest once for the whole process: filters and workers share the classes.
 * Thread-safe; compiling blocks, so call it from control threads.
 */
public final class WasmEngine {
    private static final int COMPARED_BYTES = 64 * 1024;

    private final @Nullable ClassCache cache;
    private final EngineThreads threads = new EngineThreads("wasm-compiler");
    private final Map<String, WeakReference<CompiledModule>> modules = new HashMap<>();
    private final List<Prepared> prepared = new ArrayList<>();

    private record Prepared(byte[] wasm, CompiledModule module) {}

    /** With classes kept in {@code cacheDirectory} between runs, or only in memory when null. */
    public WasmEngine(@Nullable Path cacheDirectory) {
        cache = cacheDirectory == null ? null : new ClassCache(cacheDirectory);
    }

    /**
     * Parses, validates and compiles a module, or finds that this has been done.
     *
     * @throws ModuleException when the bytes are no valid module
     */
    public CompiledModule compile(byte[] wasm) {
        return compile(wasm, false);
    }

    /**
     * As {@link #compile(byte[])}.
     *
     * @param fuel count instructions, so that {@link GuestFunction#limit} bounds calls
     */
    public synchronized CompiledModule compile(byte[] wasm, boolean fuel) {
        // To compare is fast at a start; the digest of half a megabyte takes the interpreter 40 ms.
        for (Prepared ahead : prepared) {
            if (!fuel && Arrays.equals(ahead.wasm, wasm)) {
                return ahead.module;
            }
        }
        String digest = HexFormat.of().formatHex(sha256().digest(wasm));
        String key = fuel ? digest + "-fuel" : digest;
        var known = modules.get(key);
        CompiledModule module = known == null ? null : known.get();
        if (module == null) {
            modules.values().removeIf(reference -> reference.get() == null);
            module = load(wasm, digest, key, fuel);
            modules.put(key, new WeakReference<>(module));
        }
        return module;
    }

    /** Compiles a module that will be asked for soon; what is wrong with it is told then. */
    public synchronized void prepare(byte[] wasm) {
        try {
            prepared.add(new Prepared(wasm, compile(wasm)));
        } catch (ModuleException _) {
            return;
        }
    }

    /** The bytes of a file: those that were prepared where it has the same, without a copy. */
    public synchronized byte[] read(Path file) throws IOException {
        for (Prepared ahead : prepared) {
            if (Files.size(file) == ahead.wasm.length && hasBytes(file, ahead.wasm)) {
                return ahead.wasm;
            }
        }
        return Files.readAllBytes(file);
    }

    private static boolean hasBytes(Path file, byte[] expected) throws IOException {
        var some = ByteBuffer.allocate(COMPARED_BYTES);
        try (var channel = FileChannel.open(file)) {
            int at = 0;
            while (at < expected.length && channel.read(some) > 0) {
                some.flip();
                int length = some.remaining();
                if (length > expected.length - at
                        || !some.equals(ByteBuffer.wrap(expected, at, length))) {
                    return false;
                }
                at += length;
                some.clear();
            }
            return at == expected.length;
        }
    }

    /** From now on only modules that are used stay. */
    public synchronized void endPreparation() {
        prepared.clear();
    }

    /**
     * Flags of the virtual machine that make guests much faster and that this one lacks. Asking
     * takes tens of milliseconds.
     */
    public static List<String> missingFlags() {
        return Stream.of("DontCompileHugeMethods", "ClipInlining")
                .filter(WasmEngine::isOn)
                .map(flag -> "-XX:-" + flag)
                .toList();
    }

    private static boolean isOn(String flag) {
        var hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return hotSpot != null && hotSpot.getVMOption(flag).getValue().equals("true");
        } catch (IllegalArgumentException e) {
            return false; // a virtual machine that has no such flag
        }
    }

    private CompiledModule load(byte[] wasm, String digest, String key, boolean fuel) {
        try {
            CompiledClasses compiled = cache == null ? null : cache.find(key);
            if (compiled == null) {
                compiled = CompiledClasses.compile(wasm, fuel, threads);
                if (cache != null) {
                    cache.store(key, compiled);
                }
            }
            var module = new CompiledModule(digest, compiled.parsed(), compiled, fuel);
            module.checkTables();
            return module;
        } catch (ModuleException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw refused(e);
        }
    }

    /** The parser answers to some damage with exceptions, and assertions, that are not its own. */
    static ModuleException refused(Throwable failure) {
        boolean told = failure instanceof InvalidCode || failure instanceof ChicoryException;
        return new ModuleException(
                "is no valid WebAssembly module: "
                        + (told ? failure.getMessage() : "malformed (" + failure + ")"),
                failure);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
