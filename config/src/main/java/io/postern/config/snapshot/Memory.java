package io.postern.config.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was made when a resource was translated the last time: what did not change is the same
 * object again, by which filters and route tables are known. Control thread.
 */
final class Memory {
    private Map<Object, Object> before = Map.of();
    private Map<Object, Object> now = new HashMap<>();

    @SuppressWarnings("unchecked") // a key is a record of the kind of thing that it stands for
    <T> T remember(Object key, Supplier<T> make) {
        Object known = now.get(key);
        if (known == null) {
            known = before.get(key);
        }
        if (known == null) {
            known = make.get();
        }
        now.put(key, known);
        return (T) known;
    }

    /** A translation begins. */
    void begin() {
        before = now;
        now = new HashMap<>();
    }

    /** It failed: what was known before it stays. */
    void undo() {
        before.forEach(now::putIfAbsent);
    }
}
