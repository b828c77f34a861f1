package io.postern.filters.wasm;

import java.time.Duration;

/**
 * What one instance of a plugin may use.
 *
 * @param memoryBytes how far its memory may grow; a module that declares more is refused
 * @param callBudget CPU time of one call while it serves streams
 * @param startBudget CPU time of each call while it starts, off the loops
 * @param hostCalls during one call while it serves streams
 */
public record WasmLimits(
        long memoryBytes, Duration callBudget, Duration startBudget, int hostCalls) {
    /** Large enough for unmodified Envoy configurations. */
    public static final WasmLimits DEFAULT =
            new WasmLimits(
                    128L * 1024 * 1024, Duration.ofMillis(100), Duration.ofSeconds(30), 1_000_000);

    /** With what a plugin's own limits say. */
    WasmLimits with(io.postern.config.model.WasmLimits own) {
        return new WasmLimits(
                own.memoryBytes() == 0 ? memoryBytes : own.memoryBytes(),
                own.callTime().isZero() ? callBudget : own.callTime(),
                own.startTime().isZero() ? startBudget : own.startTime(),
                own.hostCalls() == 0 ? hostCalls : own.hostCalls());
    }
}
