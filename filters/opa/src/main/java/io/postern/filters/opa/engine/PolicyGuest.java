package io.postern.filters.opa.engine;

import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.Deadline;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.HostFunctions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A policy's instance and the functions of OPA's wasm ABI, both ways. Confined to one thread at a
 * time.
 *
 * <p>Source: OPA's wasm ABI 1.1 and later.
 */
final class PolicyGuest {
    private static final HostFunctions<Imports> IMPORTS =
            new HostFunctions<Imports>()
                    .addMemory("env", "memory")
                    .add("env", "opa_abort", "i>", (host, args) -> host.abort((int) args[0]))
                    .add("env", "opa_println", "i>", (_, _) -> 0) // print() of Rego: not wanted
                    .add("env", "opa_builtin0", "ii>i", (host, args) -> host.call(args, 0))
                    .add("env", "opa_builtin1", "iii>i", (host, args) -> host.call(args, 1))
                    .add("env", "opa_builtin2", "iiii>i", (host, args) -> host.call(args, 2))
                    .add("env", "opa_builtin3", "iiiii>i", (host, args) -> host.call(args, 3))
                    .add("env", "opa_builtin4", "iiiiii>i", (host, args) -> host.call(args, 4));

    private final GuestInstance instance;
    private final GuestFunction malloc;
    private final GuestFunction free;
    private final GuestFunction jsonParse;
    private final GuestFunction jsonDump;
    private final GuestFunction valueParse;
    private final GuestFunction valueDump;

    /** What a policy calls. Its guest is there before the first call. */
    abstract static class Imports {
        private @Nullable PolicyGuest guest;

        /** Runs a built-in function; {@code operands} are addresses of values. */
        abstract int call(int id, long[] args, int firstOperand, int operands);

        /** The guest that calls. */
        final PolicyGuest guest() {
            if (guest == null) {
                throw new IllegalStateException("bug: called before the instance was there");
            }
            return guest;
        }

        private int call(long[] args, int operands) {
            return call((int) args[0], args, 2, operands); // args[1] is always 0: no context
        }

        private int abort(int message) {
            throw new GuestTrap(GuestTrap.Kind.EXIT, guest().text(message));
        }
    }

    private PolicyGuest(GuestInstance instance) {
        this.instance = instance;
        malloc = function("opa_malloc");
        free = function("opa_free");
        jsonParse = function("opa_json_parse");
        jsonDump = function("opa_json_dump");
        valueParse = function("opa_value_parse");
        valueDump = function("opa_value_dump");
    }

    /** Makes an instance. */
    static PolicyGuest of(
            CompiledModule module, Imports imports, long mostBytes, Deadline deadline) {
        var guest = new PolicyGuest(module.instantiate(IMPORTS, imports, mostBytes, deadline));
        imports.guest = guest;
        return guest;
    }

    GuestInstance instance() {
        return instance;
    }

    /**
     * An exported function.
     *
     * @throws IllegalArgumentException when the module has none of this name
     */
    GuestFunction function(String name) {
        var function = instance.function(name);
        if (function == null) {
            throw new IllegalArgumentException("not a compiled Rego policy: it exports no " + name);
        }
        return function;
    }

    /** Copies octets into new memory of the guest; freed with its heap. */
    int copy(byte[] octets, int length) {
        int address = malloc.call(length);
        put(address, octets, length);
        return address;
    }

    void put(int address, byte[] octets, int length) {
        if (!instance.memory().put(address, octets, 0, length)) {
            throw new GuestTrap(
                    GuestTrap.Kind.TRAP, "the policy has no room for " + length + " bytes");
        }
    }

    void free(int address) {
        free.call(address);
    }

    /** The value of a JSON text in memory; 0 when it is none. */
    int parseJson(int address, int length) {
        return jsonParse.call(address, length);
    }

    /** Where the JSON of a value is, ending with a zero. */
    int dumpJson(int value) {
        return jsonDump.call(value);
    }

    /** As {@link #parseJson}, but sets are known too. */
    int parseValue(int address, int length) {
        return valueParse.call(address, length);
    }

    /** As {@link #dumpJson}, but sets are known too. */
    int dumpValue(int value) {
        return valueDump.call(value);
    }

    /** Length of the text at an address, which ends with a zero. */
    int textLength(int address) {
        byte[] memory = instance.memory().array();
        int end = Math.max(address, 0);
        while (end < memory.length && memory[end] != 0) {
            end++;
        }
        if (address < 0 || end == memory.length) {
            throw new GuestTrap(GuestTrap.Kind.TRAP, "a text of the policy has no end");
        }
        return end - address;
    }

    /** The bytes of a text, valid until the guest runs again; {@link #textLength} of them. */
    byte[] octets(int address) {
        return Arrays.copyOfRange(
                instance.memory().array(), address, address + textLength(address));
    }

    private String text(int address) {
        return new String(octets(address), StandardCharsets.UTF_8);
    }
}
