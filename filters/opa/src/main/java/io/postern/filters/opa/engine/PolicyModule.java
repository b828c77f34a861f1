package io.postern.filters.opa.engine;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryImport;
import io.postern.filters.opa.builtin.BuiltinError;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A policy compiled to JVM code, once for all workers and listeners. Thread-safe: immutable.
 *
 * <p>Source: OPA's wasm ABI 1.1 and later.
 */
public final class PolicyModule {
    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final int memoryPages;
    private final SequencedMap<String, Integer> entrypoints;
    private final Map<String, Integer> builtinIds;

    private PolicyModule(WasmModule module, Function<Instance, Machine> machines) {
        this.module = module;
        this.machines = machines;
        this.memoryPages = importedMemoryPages(module);
        var described = PolicyDescription.of(this);
        this.entrypoints = described.entrypoints();
        this.builtinIds = described.builtinIds();
    }

    /**
     * Parses, checks and compiles {@code policy.wasm}.
     *
     * @throws IllegalArgumentException when it is no policy, with what is wrong
     */
    public static PolicyModule compile(byte[] wasm, @Nullable Cache compiledClasses) {
        try {
            var module = Parser.parse(wasm);
            var compiler =
                    MachineFactoryCompiler.builder(module)
                            .withInterpreterFallback(InterpreterFallback.WARN);
            if (compiledClasses != null) {
                compiler.withCache(compiledClasses);
            }
            return new PolicyModule(module, compiler.compile());
        } catch (ChicoryException
                | BuiltinError
                | IndexOutOfBoundsException
                | NullPointerException e) {
            throw new IllegalArgumentException("not a compiled Rego policy: " + e.getMessage(), e);
        }
    }

    /** Entrypoints by name, in the order of the bundle's manifest. */
    public SequencedMap<String, Integer> entrypoints() {
        return entrypoints;
    }

    /** Host functions that the policy calls, by name. */
    public Map<String, Integer> builtinIds() {
        return builtinIds;
    }

    /**
     * Makes an instance with a data document (JSON).
     *
     * @throws IllegalArgumentException when the data does not fit or cannot be read
     */
    public PolicyInstance newInstance(byte[] data, Host host) {
        try {
            return new PolicyInstance(this, data, host);
        } catch (ChicoryException | PolicyAbort | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "no instance with a data document of "
                            + data.length
                            + " bytes: "
                            + e.getMessage(),
                    e);
        }
    }

    int memoryPages() {
        return memoryPages;
    }

    Instance instantiate(ImportValues imports) {
        return Instance.builder(module)
                .withImportValues(imports)
                .withMachineFactory(machines)
                .build();
    }

    private static int importedMemoryPages(WasmModule module) {
        for (int i = 0; i < module.importSection().importCount(); i++) {
            if (module.importSection().getImport(i) instanceof MemoryImport memory) {
                return memory.limits().initialPages();
            }
        }
        throw new IllegalArgumentException(
                "not a compiled Rego policy: it imports no memory (expected: policy.wasm from opa build -t wasm)");
    }
}
