package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.postern.filters.wasm.engine.translate.GuestCode;
import io.postern.filters.wasm.engine.translate.ModuleTranslator;
import io.postern.filters.wasm.engine.translate.Names;
import io.postern.filters.wasm.engine.translate.TranslatorOptions;
import io.postern.filters.wasm.engine.translate.UnsupportedCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A module of the specification's tests, instantiated with functions that do nothing. */
final class SpecModule {
    private static final int MOST_PAGES = 1024;

    private final Instance instance;
    private final TranslatedMachine machine;

    private SpecModule(Instance instance) {
        this.instance = instance;
        machine = (TranslatedMachine) instance.getMachine();
        machine.connect();
    }

    /** What a module may import from those before it. */
    @FunctionalInterface
    interface Linker {
        @Nullable SpecModule find(String module);
    }

    static SpecModule of(byte[] wasm, TranslatorOptions options, Linker linker) {
        byte[] shell = ModuleBytes.strip(wasm);
        WasmModule module = Parser.parse(shell);
        Map<String, byte[]> translated =
                ModuleTranslator.translate(wasm, options, Runnable::run, PackedClass.packing(wasm));
        var classes = new LinkedHashMap<String, byte[]>();
        translated.forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
        var compiled =
                new CompiledClasses(shell, new byte[0], List.of(), Names.MAIN_CLASS, classes);
        GuestCode code = GeneratedClasses.code(compiled).get();
        List<FunctionImport> imported = imported(module);
        TranslatedMachine.HostCall host =
                (function, args) -> {
                    SpecModule other = linker.find(imported.get(function).module());
                    return other == null ? 0 : other.first(imported.get(function).name(), args);
                };
        return new SpecModule(
                Instance.builder(module)
                        .withImportValues(imports(module))
                        .withMachineFactory(made -> new TranslatedMachine(made, code, host))
                        .withMemoryFactory(limits -> new FlatMemory(limits, MOST_PAGES))
                        .withStart(false)
                        .build());
    }

    private static ImportValues imports(WasmModule module) {
        var functions = new ArrayList<ImportFunction>();
        var values = ImportValues.builder();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var wanted = module.importSection().getImport(i);
            if (wanted instanceof FunctionImport function) {
                FunctionType type = module.typeSection().getType(function.typeIndex());
                functions.add(
                        new ImportFunction(
                                wanted.module(),
                                wanted.name(),
                                type,
                                (_, _) -> new long[type.returns().size()]));
            }
            if (wanted instanceof MemoryImport memory) {
                values.addMemory(memory(memory));
            }
        }
        return values.addFunction(functions.toArray(ImportFunction[]::new)).build();
    }

    private static ImportMemory memory(MemoryImport wanted) {
        if (!wanted.module().equals("spectest")) {
            throw new UnsupportedCode("a memory of another module");
        }
        var flat = new FlatMemory(new MemoryLimits(1, 2), MOST_PAGES);
        return new ImportMemory(wanted.module(), wanted.name(), flat);
    }

    private static List<FunctionImport> imported(WasmModule module) {
        return module.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .toList();
    }

    private long first(String export, long[] arguments) {
        return machine.code().invoke(index(export, ExternalType.FUNCTION), arguments);
    }

    /** Results as bits, as many as the function has. */
    long[] call(String export, long[] arguments) {
        int index = index(export, ExternalType.FUNCTION);
        List<ValType> results = instance.type(instance.functionType(index)).returns();
        long first = machine.code().invoke(index, arguments);
        return switch (results.size()) {
            case 0 -> new long[0];
            case 1 -> new long[] {first};
            default -> machine.code().results;
        };
    }

    long global(String export) {
        return machine.code().global(index(export, ExternalType.GLOBAL));
    }

    private int index(String export, ExternalType type) {
        var section = instance.module().exportSection();
        for (int i = 0; i < section.exportCount(); i++) {
            if (section.getExport(i).name().equals(export)
                    && section.getExport(i).exportType() == type) {
                return section.getExport(i).index();
            }
        }
        throw new IllegalArgumentException("no export " + export);
    }
}
