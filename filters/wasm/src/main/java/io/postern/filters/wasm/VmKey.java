package io.postern.filters.wasm;

import io.postern.config.model.WasmSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** Which plugins share a virtual machine: those with the same VM id, code and VM configuration. */
final class VmKey {
    private VmKey() {}

    static String of(WasmSpec.Vm vm, String codeDigest, List<String> capabilities) {
        var key = new StringBuilder();
        append(key, vm.vmId());
        append(key, codeDigest);
        append(key, HexFormat.of().formatHex(sha256(vm.configuration())));
        new TreeMap<>(vm.environment())
                .forEach((name, value) -> {
                    append(key, name);
                    append(key, value);
                });
        capabilities.forEach(capability -> append(key, capability));
        return key.toString();
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
