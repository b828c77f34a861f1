package io.postern.filters.opa.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * A policy as it was delivered.
 *
 * @param wasm the compiled policy
 * @param data the bundle's {@code data.json}; {@code {}} without one
 */
public record PolicyFiles(byte[] wasm, byte[] data) {
    /** Most bytes of a policy file, and of each entry of a bundle once unpacked. */
    public static final int MOST_BYTES = 32 << 20;

    private static final byte[] NO_DATA = {'{', '}'};
    private static final byte[] WASM_MAGIC = {0, 'a', 's', 'm'};
    private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
    private static final String WASM = "policy.wasm";
    private static final String DATA = "data.json";

    /**
     * Reads {@code policy.wasm} itself or a bundle (tar.gz); told apart by their first bytes.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static PolicyFiles read(byte[] file) {
        if (startsWith(file, WASM_MAGIC)) {
            return new PolicyFiles(file, NO_DATA);
        }
        if (!startsWith(file, GZIP_MAGIC)) {
            throw new IllegalArgumentException(
                    "neither wasm nor tar.gz (expected: policy.wasm, or a bundle from opa build -t wasm)");
        }
        Map<String, byte[]> entries = entries(file);
        byte[] wasm = entries.get(WASM);
        if (wasm == null) {
            throw new IllegalArgumentException(
                    "the bundle has no /policy.wasm (build it with opa build -t wasm -e ENTRYPOINT)");
        }
        return new PolicyFiles(wasm, entries.getOrDefault(DATA, NO_DATA));
    }

    /** The bundle's data with {@code document} laid over it, member by member. */
    public byte[] dataUnder(byte[] document) {
        if (document.length == 0) {
            return data;
        }
        try {
            var below = object(data, "data.json of the bundle");
            layOver(below, object(document, "data"));
            return Mapper.JSON.writeValueAsBytes(below);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bug: a JSON tree cannot be written", e);
        }
    }

    /** Made on first use: most policies never need it, and it is slow to make. */
    private static final class Mapper {
        private static final JsonMapper JSON = JsonMapper.builder().build();
    }

    private static void layOver(ObjectNode below, ObjectNode above) {
        for (var member : above.properties()) {
            if (member.getValue() instanceof ObjectNode upper
                    && below.get(member.getKey()) instanceof ObjectNode lower) {
                layOver(lower, upper);
            } else {
                below.set(member.getKey(), member.getValue());
            }
        }
    }

    private static ObjectNode object(byte[] json, String what) {
        try {
            if (Mapper.JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " is not JSON: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(what + " is not a JSON object");
    }

    private static Map<String, byte[]> entries(byte[] file) {
        try {
            return BundleArchive.read(file, Map.of(WASM, MOST_BYTES, DATA, MOST_BYTES));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the bundle cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private static boolean startsWith(byte[] file, byte[] magic) {
        return Arrays.mismatch(file, magic) >= magic.length || Arrays.equals(file, magic);
    }
}
