package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.SharedData;
import io.postern.filters.wasm.abi.SharedQueues;
import io.postern.filters.wasm.engine.EngineThreads;
import io.postern.filters.wasm.engine.Watchdog;
import io.postern.filters.wasm.expr.Expressions;
import io.postern.sdk.SpanSink;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all virtual machines of the process share.
 *
 * @param starters machines are started on them
 * @param random fit for keys, thread-safe
 * @param expressions made when they are first asked for
 * @param spans where those of plugins go
 * @param clock for machines that start; running ones use their worker's
 */
public record Environment(
        PluginLog log,
        SharedData sharedData,
        SharedQueues sharedQueues,
        Watchdog watchdog,
        EngineThreads starters,
        RandomGenerator random,
        Supplier<Expressions> expressions,
        SpanSink spans,
        Clock clock) {
    /** One message of a plugin is cut here. */
    static final int MAX_LOG_BYTES = 64 * 1024;

    /** For requests that nobody made: what plugins log, share and trace there goes nowhere. */
    public Environment quiet() {
        return new Environment(
                new Silence(),
                new SharedData(),
                new SharedQueues(),
                watchdog,
                starters,
                random,
                expressions,
                SpanSink.NONE,
                clock);
    }

    private record Silence() implements PluginLog {
        @Override
        public int level(String plugin) {
            return CRITICAL;
        }

        @Override
        public void log(int level, String plugin, String message) {
            // nobody made these requests
        }
    }

    /** Time. Thread-safe. */
    public interface Clock {
        /** Wall clock, nanoseconds since 1970. */
        long epochNanos();

        /** Monotonic clock in nanoseconds. */
        long monotonicNanos();
    }
}
