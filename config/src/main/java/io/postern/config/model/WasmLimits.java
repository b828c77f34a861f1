package io.postern.config.model;

import java.time.Duration;

/**
 * What one instance of a plugin may use, where that differs from every plugin's limits.
 *
 * <p>Source: {@code postern.filters.http.wasm.v1.Limits}.
 *
 * @param memoryBytes how far its memory may grow; 0: as every plugin's
 * @param callTime CPU time of one call; zero: as every plugin's
 * @param startTime CPU time of each call while it starts; zero: as every plugin's
 * @param counted whether instructions are counted
 * @param fuel instructions that calls may take
 * @param hostCalls during one call; 0: as every plugin's
 */
public record WasmLimits(
        long memoryBytes,
        Duration callTime,
        Duration startTime,
        boolean counted,
        Fuel fuel,
        int hostCalls) {
    /** As every plugin's. */
    public static final WasmLimits DEFAULT =
            new WasmLimits(0, Duration.ZERO, Duration.ZERO, false, new Fuel(0, 0, 0, 0, 0), 0);

    /**
     * Instructions that one call may take, by what it is for; 0: any number.
     *
     * @param start while it starts and is configured
     * @param request each callback of a request
     * @param response each callback of a response, and what comes after it
     * @param connection each callback of a connection
     * @param background ticks, queues and the answers of calls
     */
    public record Fuel(long start, long request, long response, long connection, long background) {}
}
