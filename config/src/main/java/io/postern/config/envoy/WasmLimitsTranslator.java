package io.postern.config.envoy;

import io.postern.config.model.WasmLimits;
import io.postern.config.proto.wasm.v1.Fuel;
import io.postern.config.proto.wasm.v1.Limits;
import io.postern.config.source.Spot;
import java.time.Duration;

/** Translates {@code postern.filters.http.wasm.v1.Limits}. */
final class WasmLimitsTranslator {
    static final String TYPE = "postern.filters.http.wasm.v1.Limits";
    static final String FUEL = "postern.filters.http.wasm.v1.Fuel";

    private static final long PAGE = 64 * 1024;
    private static final long MOST_MEMORY = 4L << 30;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);
    private static final Duration LONGEST_START = Duration.ofMinutes(10);

    private final Translation translation;

    WasmLimitsTranslator(Translation translation) {
        this.translation = translation;
    }

    WasmLimits translate(Limits limits, Spot spot) {
        return new WasmLimits(
                memory(limits, spot.field("memory_bytes")),
                limits.hasCallTime()
                        ? time(limits.getCallTime(), LONGEST_CALL, spot.field("call_time"))
                        : Duration.ZERO,
                limits.hasStartTime()
                        ? time(limits.getStartTime(), LONGEST_START, spot.field("start_time"))
                        : Duration.ZERO,
                limits.hasFuel(),
                fuel(limits.getFuel()),
                hostCalls(limits, spot.field("host_calls")));
    }

    private long memory(Limits limits, Spot spot) {
        long octets = limits.getMemoryBytes().getValue();
        if (limits.hasMemoryBytes() && (octets < PAGE || octets > MOST_MEMORY)) {
            translation.error(
                    spot,
                    Long.toUnsignedString(octets) + " bytes (expected: 65536 to 4294967296)",
                    "16777216 is enough for most plugins");
        }
        return octets;
    }

    private Duration time(com.google.protobuf.Duration value, Duration longest, Spot spot) {
        var time = translation.duration(value, spot);
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(longest) > 0) {
            translation.error(
                    spot,
                    time.toMillis() + " ms (expected: 1 ms to " + longest.toSeconds() + " s)");
        }
        return time;
    }

    private static WasmLimits.Fuel fuel(Fuel fuel) {
        return new WasmLimits.Fuel(
                fuel.getStart(),
                fuel.getRequest(),
                fuel.getResponse(),
                fuel.getConnection(),
                fuel.getBackground());
    }

    private int hostCalls(Limits limits, Spot spot) {
        int number = Translation.clamp(limits.getHostCalls().getValue());
        if (limits.hasHostCalls() && number == 0) {
            translation.error(spot, "no host calls at all (expected: 1 or more)");
        }
        return number;
    }
}
