package io.postern.filters.wasm.vm;

import io.postern.sdk.FilterUsage;

/**
 * What a plugin has used and suffered on one worker, through all its machines there. Confined to
 * that worker's loop.
 */
final class PluginUsage implements FilterUsage {
    private long failures;
    private long fuel;

    /** A call has ended the machine, or a stream found none. */
    void failed() {
        failures++;
    }

    void fuelUsed(long amount) {
        fuel += amount;
    }

    @Override
    public long failures() {
        return failures;
    }

    @Override
    public long fuel() {
        return fuel;
    }
}
