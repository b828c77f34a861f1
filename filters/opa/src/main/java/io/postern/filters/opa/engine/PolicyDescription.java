package io.postern.filters.opa.engine;

import io.postern.filters.opa.builtin.RegoValues;
import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.Deadline;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a policy module says about itself.
 *
 * @param entrypoints names and numbers, by number
 * @param builtinIds host functions it calls and their numbers
 */
record PolicyDescription(
        SequencedMap<String, Integer> entrypoints, Map<String, Integer> builtinIds) {
    private static final long ABI_MAJOR = 1;
    private static final long OLDEST_ABI_MINOR = 1;
    private static final long SPARE_BYTES = 4 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Asks a throw-away instance. */
    static PolicyDescription of(CompiledModule module) {
        long bytes = module.declaredMemoryBytes() + SPARE_BYTES;
        var guest = PolicyGuest.of(module, new NoBuiltins(), bytes, new Deadline(LONGEST, false));
        Long major = guest.instance().global("opa_wasm_abi_version");
        Long minor = guest.instance().global("opa_wasm_abi_minor_version");
        if (major == null || minor == null) {
            throw new IllegalArgumentException(
                    "not a compiled Rego policy: it exports no opa_wasm_abi_version");
        }
        if (major != ABI_MAJOR || minor < OLDEST_ABI_MINOR) {
            throw new IllegalArgumentException(
                    "wasm ABI "
                            + major
                            + "."
                            + minor
                            + " (expected: 1.1 or later; rebuild the policy with a current opa)");
        }
        return new PolicyDescription(numbers(guest, "entrypoints"), numbers(guest, "builtins"));
    }

    private static SequencedMap<String, Integer> numbers(PolicyGuest guest, String function) {
        byte[] json = guest.octets(guest.dumpJson(guest.function(function).call()));
        var byNumber = new LinkedHashMap<String, Integer>();
        RegoValues.read(json, json.length).properties().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getValue().intValue()))
                .forEach(entry -> byNumber.put(entry.getKey(), entry.getValue().intValue()));
        return byNumber;
    }

    private static final class NoBuiltins extends PolicyGuest.Imports {
        @Override
        int call(int id, long[] args, int firstOperand, int operands) {
            return 0;
        }
    }
}
