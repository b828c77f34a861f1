package io.postern.filters.wasm.engine;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.DataCountSection;
import com.dylibso.chicory.wasm.types.DataSection;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionSection;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemorySection;
import com.dylibso.chicory.wasm.types.Section;
import com.dylibso.chicory.wasm.types.SectionId;
import com.dylibso.chicory.wasm.types.StartSection;
import com.dylibso.chicory.wasm.types.TableSection;
import com.dylibso.chicory.wasm.types.TypeSection;
import java.io.ByteArrayInputStream;
import java.util.List;

/**
 * Parses a module whose functions are translated, and which was checked before it was kept: neither
 * bodies are parsed, nor is anything checked or digested again. That is most of what parsing a
 * large module costs a cold start. Thread-safe.
 */
final class ShellModule {
    private static final int FIRST = SectionId.TYPE;
    private static final int LAST = SectionId.DATA_COUNT;

    private final WasmModule.Builder module = WasmModule.builder().withValidation(false);
    private int functions;

    private ShellModule() {}

    static WasmModule parse(byte[] bytes) {
        var sections = Parser.builder();
        for (int id = FIRST; id <= LAST; id++) {
            if (id != SectionId.CODE) {
                sections.includeSectionId(id);
            }
        }
        var shell = new ShellModule();
        sections.build().parse(new ByteArrayInputStream(bytes), shell::add);
        return shell.module.setCodeSection(shell.bodies()).build();
    }

    private void add(Section section) {
        switch (section) {
            case TypeSection types -> module.setTypeSection(types);
            case ImportSection imports -> module.setImportSection(imports);
            case FunctionSection all -> {
                functions = all.functionCount();
                module.setFunctionSection(all);
            }
            case TableSection tables -> module.setTableSection(tables);
            case MemorySection memories -> module.setMemorySection(memories);
            case GlobalSection globals -> module.setGlobalSection(globals);
            case ExportSection exports -> module.setExportSection(exports);
            case StartSection start -> module.setStartSection(start);
            case ElementSection elements -> module.setElementSection(elements);
            case DataSection data -> module.setDataSection(data);
            case DataCountSection count -> module.setDataCountSection(count);
            default -> throw new IllegalStateException("bug: section " + section.sectionId());
        }
    }

    // There must be one for each function, and nobody runs them.
    private CodeSection bodies() {
        var none = new FunctionBody(List.of(), List.<AnnotatedInstruction>of());
        var code = CodeSection.builder();
        for (int i = 0; i < functions; i++) {
            code.addFunctionBody(none);
        }
        return code.build();
    }
}
