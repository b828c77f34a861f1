package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.Machine;

/** The way into an instance's code. */
@FunctionalInterface
interface GuestCalls {
    /** Calls a function; 0 when it has no result. */
    long call(int function, long[] args);

    static GuestCalls of(Machine machine) {
        if (machine instanceof TranslatedMachine translated) {
            return translated.code()::invoke;
        }
        return (function, args) -> {
            long[] results = machine.call(function, args);
            return results == null || results.length == 0 ? 0 : results[0];
        };
    }
}
