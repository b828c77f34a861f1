package io.postern.filters.opa.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;
import io.postern.filters.opa.builtin.RegoValues;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls from one policy instance into host functions: takes the operands out of the guest's memory
 * as JSON and puts the value back. Confined to the instance's thread.
 */
final class BuiltinCalls extends PolicyGuest.Imports implements Evaluation {
    private static final int UNDEFINED = 0;
    private static final int MOST_CACHED = 100; // OPA's own bound for parsed keys

    private record CacheKey(Class<?> kind, String text) {}

    private final @Nullable Builtin[] byId;
    private final Host host;
    private final Map<String, String> remembered = new HashMap<>();
    private final SequencedMap<CacheKey, Object> cached = new LinkedHashMap<>(16, 0.75f, true);
    private long epochNanos = -1;

    BuiltinCalls(Map<String, Integer> ids, Host host) {
        this.host = host;
        int most = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        byId = new Builtin[most];
        ids.forEach((name, id) -> byId[id] = host.builtins().get(name));
    }

    void beginEvaluation() {
        epochNanos = -1;
        if (!remembered.isEmpty()) {
            remembered.clear();
        }
    }

    @Override
    int call(int id, long[] args, int firstOperand, int operands) {
        var builtin = id >= 0 && id < byId.length ? byId[id] : null;
        if (builtin == null) {
            throw new PolicyAbort("bug: built-in function " + id + " was not checked at load");
        }
        try {
            var arguments = new JsonNode[operands];
            for (int i = 0; i < operands; i++) {
                arguments[i] = read((int) args[firstOperand + i]);
            }
            var value = builtin.call(this, arguments);
            return value == null ? UNDEFINED : write(RegoValues.write(value));
        } catch (BuiltinError e) {
            return UNDEFINED;
        }
    }

    private JsonNode read(int value) {
        byte[] json = guest().octets(guest().dumpValue(value));
        return RegoValues.read(json, json.length);
    }

    private int write(byte[] json) {
        return guest().parseValue(guest().copy(json, json.length), json.length);
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

    @Override
    public <T> T cached(Class<T> kind, String text, Function<String, T> make) {
        var key = new CacheKey(kind, text);
        var known = cached.get(key);
        if (known != null) {
            return kind.cast(known);
        }
        T made = make.apply(text);
        if (cached.size() == MOST_CACHED) {
            cached.pollFirstEntry();
        }
        cached.put(key, made);
        return made;
    }
}
