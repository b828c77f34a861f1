package io.postern.filters.opa.engine;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.styra.opa.wasm.OpaWasm_Env;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import com.styra.opa.wasm.OpaWasm_ModuleImports;
import io.postern.filters.opa.builtin.RegoValues;
import java.nio.charset.StandardCharsets;
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
    private static final int SPARE_PAGES = 64;

    static PolicyDescription of(PolicyModule module) {
        var asker = new Asker(module);
        var exports = asker.exports;
        long major = exports.opaWasmAbiVersion().getValue();
        long minor = exports.opaWasmAbiMinorVersion().getValue();
        if (major != ABI_MAJOR || minor < OLDEST_ABI_MINOR) {
            throw new IllegalArgumentException(
                    "wasm ABI "
                            + major
                            + "."
                            + minor
                            + " (expected: 1.1 or later; rebuild the policy with a current opa)");
        }
        return new PolicyDescription(
                asker.read(exports.entrypoints()), asker.read(exports.builtins()));
    }

    /** A throw-away instance that can only be asked. */
    private static final class Asker implements OpaWasm_ModuleImports, OpaWasm_Env {
        private final Memory memory;
        private final OpaWasm_ModuleExports exports;

        Asker(PolicyModule module) {
            int pages = module.memoryPages();
            memory = new ByteArrayMemory(new MemoryLimits(pages, pages + SPARE_PAGES));
            exports = new OpaWasm_ModuleExports(module.instantiate(toImportValues()));
        }

        SequencedMap<String, Integer> read(int address) {
            byte[] json =
                    memory.readCString(exports.opaJsonDump(address))
                            .getBytes(StandardCharsets.UTF_8);
            var byNumber = new LinkedHashMap<String, Integer>();
            RegoValues.read(json, json.length).properties().stream()
                    .sorted(Comparator.comparingInt(entry -> entry.getValue().intValue()))
                    .forEach(entry -> byNumber.put(entry.getKey(), entry.getValue().intValue()));
            return byNumber;
        }

        @Override
        public OpaWasm_Env env() {
            return this;
        }

        @Override
        public Memory memory() {
            return memory;
        }

        @Override
        public void opaAbort(int message) {
            throw new PolicyAbort(memory.readCString(message));
        }

        @Override
        public int opaBuiltin0(int id, int context) {
            return 0;
        }

        @Override
        public int opaBuiltin1(int id, int context, int a) {
            return 0;
        }

        @Override
        public int opaBuiltin2(int id, int context, int a, int b) {
            return 0;
        }

        @Override
        public int opaBuiltin3(int id, int context, int a, int b, int c) {
            return 0;
        }

        @Override
        public int opaBuiltin4(int id, int context, int a, int b, int c, int d) {
            return 0;
        }
    }
}
