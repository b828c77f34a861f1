package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;

/**
 * What one plugin costs and suffers on one worker: {@code wasm.NAME.*}. Confined to the worker's
 * loop; counting takes no lock and makes no garbage.
 *
 * <p>Two readings of the clock cost as much as a small callback does, so one call in {@value
 * #ONE_IN} is timed: a prime, that it is not the same callback of every request.
 */
final class PluginStats {
    private static final int ONE_IN = 17;

    private final Worker worker;
    private final PluginUsage usage;
    private final Metrics.Counter calls;
    private final Metrics.Counter traps;
    private final Metrics.Counter killed;
    private final Metrics.Counter fuel;
    private final Metrics.Gauge instances;
    private final Metrics.Gauge memoryBytes;
    private final Metrics.Histogram callNanos;
    private int untilTimed;
    private long startNanos;
    private long knownMemory;

    /** Looks the names up, which locks for a moment. */
    PluginStats(Worker worker, Plugin plugin) {
        this.worker = worker;
        this.usage = plugin.usage();
        Metrics metrics = worker.metrics();
        String start = prefix(plugin);
        calls = calls(worker, plugin);
        traps = metrics.counter(start + "traps");
        killed = metrics.counter(start + "killed");
        fuel = metrics.counter(start + "fuel");
        instances = metrics.gauge(start + "instances");
        memoryBytes = metrics.gauge(start + "memory_bytes");
        callNanos = metrics.histogram(start + "call_ns");
        instances.add(1);
    }

    private static String prefix(Plugin plugin) {
        return "wasm." + plugin.name() + ".";
    }

    /** Calls of all plugins of this name. */
    static Metrics.Counter calls(Worker worker, Plugin plugin) {
        return worker.metrics().counter(prefix(plugin) + "calls");
    }

    /** A guest call begins that is not inside another one. */
    void begin() {
        calls.add(1);
        if (untilTimed == 0) {
            startNanos = worker.monotonicNanos();
        }
    }

    /** It has ended. */
    void end() {
        if (untilTimed == 0) {
            callNanos.record(worker.monotonicNanos() - startNanos);
            untilTimed = ONE_IN;
        }
        untilTimed--;
    }

    /** What the machine has now; one that plugins share counts for each of them. */
    void memory(long bytes) {
        if (bytes != knownMemory) {
            memoryBytes.add(bytes - knownMemory);
            knownMemory = bytes;
        }
    }

    /** Instructions that a call has used, where they are counted. */
    void fuelUsed(long amount) {
        if (amount != 0) {
            fuel.add(amount);
            usage.fuelUsed(amount);
        }
    }

    /** A call for this plugin has ended the machine. */
    void failed(GuestTrap.Kind kind) {
        usage.failed();
        switch (kind) {
            case DEADLINE -> killed.add(1);
            case TRAP, EXIT, FINISHED -> traps.add(1);
        }
    }

    /** The plugin has left the machine, or the machine is gone. */
    void close() {
        memory(0);
        instances.add(-1);
    }
}
