package io.postern.filters.wasm;

import io.postern.config.model.WasmLimits;
import io.postern.config.model.WasmSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Which plugins share a virtual machine: those with the same VM id, code, VM configuration and
 * limits.
 */
final class VmKey {
    private VmKey() {}

    static String of(WasmSpec plugin, String codeDigest) {
        WasmSpec.Vm vm = plugin.vm();
        var key = new StringBuilder();
        append(key, vm.vmId());
        append(key, codeDigest);
        append(key, HexFormat.of().formatHex(sha256(vm.configuration())));
        new TreeMap<>(vm.environment())
                .forEach((name, value) -> {
                    append(key, name);
                    append(key, value);
                });
        plugin.allowedCapabilities().forEach(capability -> append(key, capability));
        append(key, plugin.limits());
        return key.toString();
    }

    // Not the record's toString(): what makes it takes a start 40 ms.
    private static void append(StringBuilder key, WasmLimits limits) {
        WasmLimits.Fuel fuel = limits.fuel();
        key.append(limits.memoryBytes()).append('|');
        key.append(limits.callTime().toNanos()).append('|');
        key.append(limits.startTime().toNanos()).append('|');
        key.append(limits.counted()).append('|');
        key.append(fuel.start()).append('|');
        key.append(fuel.request()).append('|');
        key.append(fuel.response()).append('|');
        key.append(fuel.connection()).append('|');
        key.append(fuel.background()).append('|');
        key.append(limits.hostCalls());
    }

    // With its length, so that no two lists of parts give the same key.
    private static void append(StringBuilder key, String part) {
        key.append(part.length()).append(':').append(part).append('|');
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
