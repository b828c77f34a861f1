package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a machine for the plugin on whose behalf the outermost one runs. On the
 * machine's thread.
 */
final class CallCount {
    private @Nullable PluginStats counting;

    /**
     * The outermost call begins.
     *
     * @param stats of its plugin; null: nobody counts
     */
    void begin(@Nullable PluginStats stats) {
        counting = stats;
        if (stats != null) {
            stats.begin();
        }
    }

    /** The outermost call has ended, also by a failure: then its memory says nothing. */
    void end(@Nullable GuestInstance instance, boolean failed) {
        PluginStats counted = counting;
        if (counted == null) {
            return;
        }
        counting = null;
        counted.end();
        if (instance != null) {
            counted.fuelUsed(instance.fuelUsed());
            if (!failed) {
                counted.memory(instance.memory().size());
            }
        }
    }

    /** The running call has failed. */
    void failed(GuestTrap.Kind kind) {
        if (counting != null) {
            counting.failed(kind);
        }
    }
}
