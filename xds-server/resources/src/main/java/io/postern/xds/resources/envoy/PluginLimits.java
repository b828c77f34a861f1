package io.postern.xds.resources.envoy;

import com.google.protobuf.UInt64Value;
import io.postern.config.proto.wasm.v1.Fuel;
import io.postern.config.proto.wasm.v1.Limits;
import io.postern.xds.resources.document.Tree;
import java.util.List;

/** Limits of a plugin that Postern keeps and Envoy does not know. */
final class PluginLimits {
    private static final List<String> POSTERNS =
            List.of("memoryBytes", "callTime", "startTime", "hostCalls", "fuel");

    private PluginLimits() {}

    /** Whether there are any. */
    static boolean any(Tree limits) {
        return POSTERNS.stream().anyMatch(limits::has);
    }

    static Limits of(Tree limits) {
        var built = Limits.newBuilder();
        if (limits.has("memoryBytes")) {
            built.setMemoryBytes(UInt64Value.of(limits.count("memoryBytes")));
        }
        if (limits.has("callTime")) {
            built.setCallTime(Protos.duration(limits.text("callTime")));
        }
        if (limits.has("startTime")) {
            built.setStartTime(Protos.duration(limits.text("startTime")));
        }
        if (limits.has("hostCalls")) {
            built.setHostCalls(Protos.number(limits.number("hostCalls", 0)));
        }
        if (limits.has("fuel")) {
            var fuel = limits.at("fuel");
            built.setFuel(
                    Fuel.newBuilder()
                            .setStart(fuel.count("start"))
                            .setRequest(fuel.count("request"))
                            .setResponse(fuel.count("response"))
                            .setBackground(fuel.count("background")));
        }
        return built.build();
    }
}
