package io.postern.filters.wasm.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions that guests may import, by module and name. Built once at start and then only read:
 * thread-safe after that.
 *
 * @param <H> see {@link HostFunction}
 */
public final class HostFunctions<H> {
    private final Map<String, Entry<H>> entries = new LinkedHashMap<>();
    private @Nullable String memory;

    /**
     * One importable function.
     *
     * @param signature one letter for each parameter ({@code i} for i32, {@code I} i64, {@code f}
     *     f32, {@code F} f64), then {@code >}, then the same for the result
     */
    public record Entry<H>(String module, String name, String signature, HostFunction<H> body) {}

    /** Adds a function; a second one of the same name replaces the first. */
    public HostFunctions<H> add(
            String module, String name, String signature, HostFunction<H> body) {
        entries.put(key(module, name), new Entry<>(module, name, signature, body));
        return this;
    }

    /** Offers a memory of each guest's own under this name; without it guests may import none. */
    public HostFunctions<H> addMemory(String module, String name) {
        memory = key(module, name);
        return this;
    }

    boolean hasMemory(String module, String name) {
        return key(module, name).equals(memory);
    }

    /** The function of this name, or null. */
    public @Nullable Entry<H> find(String module, String name) {
        return entries.get(key(module, name));
    }

    /** All functions, in the order they were added. */
    public Collection<Entry<H>> all() {
        return Collections.unmodifiableCollection(entries.values());
    }

    private static String key(String module, String name) {
        return module + '.' + name;
    }
}
