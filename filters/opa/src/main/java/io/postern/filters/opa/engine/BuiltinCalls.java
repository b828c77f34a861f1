package io.postern.filters.opa.engine;

import static java.util.Objects.requireNonNull;

import com.dylibso.chicory.runtime.Memory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls from one policy instance into host functions: takes the operands out of the guest's memory
 * as JSON and puts the value back. Confined to the instance's thread.
 */
final class BuiltinCalls implements Evaluation {
    private static final int UNDEFINED = 0;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final @Nullable Builtin[] byId;
    private final Host host;
    private final Map<String, String> remembered = new HashMap<>();
    private @Nullable OpaWasm_ModuleExports exports;
    private @Nullable Memory memory;
    private long epochNanos = -1;
    private byte[] text = new byte[256];

    BuiltinCalls(Map<String, Integer> ids, Host host) {
        this.host = host;
        int most = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        byId = new Builtin[most];
        ids.forEach((name, id) -> byId[id] = host.builtins().get(name));
    }

    /** Must come before the first evaluation. */
    void bind(OpaWasm_ModuleExports guest, Memory guestMemory) {
        exports = guest;
        memory = guestMemory;
    }

    void beginEvaluation() {
        epochNanos = -1;
        if (!remembered.isEmpty()) {
            remembered.clear();
        }
    }

    int call(int id, int... operands) {
        var builtin = id >= 0 && id < byId.length ? byId[id] : null;
        if (builtin == null) {
            throw new PolicyAbort("bug: built-in function " + id + " was not checked at load");
        }
        try {
            var arguments = new JsonNode[operands.length];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = read(operands[i]);
            }
            var value = builtin.call(this, arguments);
            return value == null ? UNDEFINED : write(JSON.writeValueAsBytes(value));
        } catch (BuiltinError e) {
            return UNDEFINED;
        } catch (IOException e) {
            throw new PolicyAbort("operands or value of a built-in function: " + e);
        }
    }

    private JsonNode read(int value) throws IOException {
        var guest = requireNonNull(memory, "memory");
        int address = requireNonNull(exports, "exports").opaJsonDump(value);
        int length = 0;
        for (byte octet = guest.read(address); octet != 0; octet = guest.read(address + length)) {
            if (length == text.length) {
                text = Arrays.copyOf(text, length * 2);
            }
            text[length++] = octet;
        }
        return JSON.readTree(text, 0, length);
    }

    private int write(byte[] json) throws JsonProcessingException {
        var guest = requireNonNull(exports, "exports");
        int address = guest.opaMalloc(json.length);
        requireNonNull(memory, "memory").write(address, json);
        return guest.opaValueParse(address, json.length);
    }

    @Override
    public long epochNanos() {
        if (epochNanos < 0) {
            Instant now = host.clock().instant();
            epochNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }
        return epochNanos;
    }

    @Override
    public RandomGenerator random() {
        return host.random();
    }

    @Override
    public Map<String, String> remembered() {
        return remembered;
    }
}
