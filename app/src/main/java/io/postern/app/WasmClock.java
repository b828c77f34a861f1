package io.postern.app;

import io.postern.filters.wasm.vm.Environment;
import java.time.Clock;
import java.time.Instant;

/** The process' clocks as plugins read them. Thread-safe. */
record WasmClock(Clock clock) implements Environment.Clock {
    @Override
    public long epochNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }
}
