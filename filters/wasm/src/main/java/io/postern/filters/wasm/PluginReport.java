package io.postern.filters.wasm;

import io.postern.filters.wasm.abi.Abi;
import io.postern.filters.wasm.abi.AbiVersion;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.filters.wasm.engine.ModuleSummary;
import io.postern.filters.wasm.engine.ModuleSummary.Imported;
import io.postern.filters.wasm.engine.WasmEngine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a module can be used as a plugin, and why not. Immutable.
 *
 * @param abi the ABI version that it was built for, {@code 0.2.1} for example; null: none known
 * @param callbacks the exported functions that a gateway may call
 * @param unknownImports what it imports and nobody offers
 * @param problems why it would be refused, in words for its author; empty: it can be used
 */
public record PluginReport(
        ModuleSummary module,
        @Nullable String abi,
        List<String> callbacks,
        List<Imported> unknownImports,
        List<String> problems) {

    /**
     * Looks at a module, its code too.
     *
     * @throws ModuleException when the bytes are no WebAssembly module
     */
    public static PluginReport of(byte[] wasm) {
        ModuleSummary module = ModuleSummary.of(wasm);
        AbiVersion abi = AbiVersion.of(new LinkedHashSet<>(module.exports()));
        var unknown = unknownImports(module);
        var problems = new ArrayList<String>();
        if (abi == null) {
            problems.add("missing or unknown Proxy-Wasm ABI version");
        }
        for (Imported one : unknown) {
            problems.add(
                    "imports %s.%s as %s, which is not offered"
                            .formatted(one.module(), one.name(), one.signature()));
        }
        if (!module.exports().contains("malloc")
                && !module.exports().contains("proxy_on_memory_allocate")) {
            problems.add("exports neither malloc nor proxy_on_memory_allocate");
        }
        declarations(module, problems);
        if (problems.isEmpty()) {
            code(wasm, problems);
        }
        var callbacks = module.exports().stream().filter(name -> name.startsWith("proxy_on_"));
        return new PluginReport(
                module,
                abi == null ? null : abi.number(),
                callbacks.toList(),
                unknown,
                List.copyOf(problems));
    }

    private static List<Imported> unknownImports(ModuleSummary module) {
        var offered = Abi.functions();
        return module.imports().stream()
                .filter(one -> {
                    var entry = offered.find(one.module(), one.name());
                    return entry == null || !entry.signature().equals(one.signature());
                })
                .toList();
    }

    private static void declarations(ModuleSummary module, List<String> problems) {
        long most = WasmLimits.DEFAULT.memoryBytes();
        if (module.memoryBytes() < 0) {
            problems.add("has no memory of its own");
        } else if (module.memoryBytes() > most) {
            problems.add(
                    "declares %d bytes of memory (expected: at most %d)"
                            .formatted(module.memoryBytes(), most));
        }
    }

    private static void code(byte[] wasm, List<String> problems) {
        try {
            new WasmEngine(null).compile(wasm);
        } catch (ModuleException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }
}
