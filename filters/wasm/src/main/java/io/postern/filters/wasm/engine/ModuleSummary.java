package io.postern.filters.wasm.engine;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.Import;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a module declares, without its code being looked at. Immutable.
 *
 * @param digest SHA-256 of its bytes, lower-case hexadecimal
 * @param bytes its size
 * @param sections all sections in their order; custom ones by their own names
 * @param producers language, processed-by and sdk, as its tools have noted
 * @param memoryBytes of memory at its start; -1 without a memory
 * @param mostMemoryBytes how far it wants to grow; -1 when it does not say
 */
public record ModuleSummary(
        String digest,
        int bytes,
        List<Section> sections,
        Map<String, List<String>> producers,
        List<Imported> imports,
        List<String> exports,
        int functions,
        long memoryBytes,
        long mostMemoryBytes,
        long tableEntries) {
    private static final long PAGE_BYTES = 65536;

    /** A section and its size; {@code kept} by the gateway; code is, as JVM classes. */
    public record Section(String name, int bytes, boolean kept) {}

    /**
     * An import.
     *
     * @param signature as in {@link HostFunctions.Entry}; what it is if it is no function
     */
    public record Imported(String module, String name, String signature) {}

    /**
     * Reads the declarations.
     *
     * @throws ModuleException when the bytes are no WebAssembly module
     */
    public static ModuleSummary of(byte[] wasm) {
        try {
            WasmModule module = Parser.parse(ModuleBytes.strip(wasm));
            return new ModuleSummary(
                    HexFormat.of().formatHex(WasmEngine.sha256().digest(wasm)),
                    wasm.length,
                    ModuleBytes.sections(wasm),
                    Producers.read(ModuleBytes.custom(wasm, "producers")),
                    imports(module),
                    exports(module),
                    module.codeSection().functionBodyCount(),
                    memory(module, false),
                    memory(module, true),
                    CompiledModule.tableEntries(module));
        } catch (RuntimeException | Error e) {
            throw WasmEngine.refused(e);
        }
    }

    private static List<Imported> imports(WasmModule module) {
        var found = new ArrayList<Imported>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import one = module.importSection().getImport(i);
            String what =
                    one instanceof FunctionImport function
                            ? CompiledModule.signature(
                                    module.typeSection().getType(function.typeIndex()))
                            : String.valueOf(one.importType());
            found.add(new Imported(one.module(), one.name(), what));
        }
        return found;
    }

    private static List<String> exports(WasmModule module) {
        var names = new ArrayList<String>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            names.add(module.exportSection().getExport(i).name());
        }
        return names;
    }

    private static long memory(WasmModule module, boolean most) {
        var section = module.memorySection();
        if (section.isEmpty() || section.get().memoryCount() == 0) {
            return -1;
        }
        var limits = section.get().getMemory(0).limits();
        int pages = most ? limits.maximumPages() : limits.initialPages();
        return most && pages == com.dylibso.chicory.wasm.types.MemoryLimits.MAX_PAGES
                ? -1
                : pages * PAGE_BYTES;
    }
}
