package io.postern.filters.opa.engine;

import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.filters.wasm.engine.WasmEngine;
import java.util.Map;
import java.util.SequencedMap;

/** A policy compiled to JVM code, once for all workers and listeners. Thread-safe: immutable. */
public final class PolicyModule {
    private final CompiledModule module;
    private final PolicyDescription description;

    private PolicyModule(CompiledModule module) {
        this.module = module;
        this.description = PolicyDescription.of(module);
    }

    /**
     * Parses, checks and compiles {@code policy.wasm}, or finds that this has been done.
     *
     * @throws IllegalArgumentException when it is no policy, with what is wrong
     */
    public static PolicyModule compile(byte[] wasm, WasmEngine engine) {
        try {
            return new PolicyModule(engine.compile(wasm));
        } catch (ModuleException e) {
            throw new IllegalArgumentException(
                    "not a compiled Rego policy: it " + e.getMessage(), e);
        } catch (GuestTrap | BuiltinError e) {
            throw new IllegalArgumentException("not a compiled Rego policy: " + e.getMessage(), e);
        }
    }

    /** Entrypoints by name, in the order of the bundle's manifest. */
    public SequencedMap<String, Integer> entrypoints() {
        return description.entrypoints();
    }

    /** Host functions that the policy calls, by name. */
    public Map<String, Integer> builtinIds() {
        return description.builtinIds();
    }

    /**
     * Makes an instance with a data document (JSON).
     *
     * @throws IllegalArgumentException when the data does not fit or cannot be read
     */
    public PolicyInstance newInstance(byte[] data, Host host) {
        try {
            return new PolicyInstance(module, builtinIds(), data, host);
        } catch (ModuleException | GuestTrap e) {
            throw new IllegalArgumentException(
                    "no instance with a data document of "
                            + data.length
                            + " bytes: "
                            + e.getMessage(),
                    e);
        }
    }
}
