package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.Status;
import java.util.HashMap;
import java.util.Map;

/** What a plugin has said about properties of its own. Confined to the instance's thread. */
final class DeclaredProperties {
    private static final int MOST = 1000;

    private final Map<String, Boolean> readOnly = new HashMap<>();

    /** A property is declared once; a {@link Status}. */
    int add(String name, boolean once) {
        return readOnly.size() >= MOST || readOnly.putIfAbsent(name, once) != null
                ? Status.BAD_ARGUMENT
                : Status.OK;
    }

    /** Whether it can be set only once. */
    boolean isReadOnly(String name) {
        return readOnly.getOrDefault(name, false);
    }
}
