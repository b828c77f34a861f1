package io.postern.filters.opa.engine;

import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.wasm.engine.Watchdog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What instances are given by their host. Thread-safe: immutable.
 *
 * @param builtins host functions by Rego name
 * @param clock wall clock for {@code time.now_ns}
 * @param random for {@code rand.intn} and {@code uuid.rfc4122}
 * @param watchdog stops what takes too long
 * @param longestEvaluation CPU time of one evaluation; zero: as long as it takes
 * @param mostPages most memory of one instance, in pages of 64 KiB
 */
public record Host(
        Map<String, Builtin> builtins,
        InstantSource clock,
        RandomGenerator random,
        Watchdog watchdog,
        Duration longestEvaluation,
        int mostPages) {
    public Host {
        builtins = Map.copyOf(builtins);
    }
}
