package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.postern.filters.wasm.engine.translate.GuestCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A module compiled to JVM classes, shared by all its instances. Thread-safe: immutable. The
 * classes are unloaded when the last instance and the last reference to this are gone.
 */
public final class CompiledModule {
    private static final int PAGE_BYTES = 65536;

    /** Of compiled classes. Smaller modules are fast enough in the interpreter. */
    private static final int LARGE_BYTES = 1024 * 1024;

    /** First calls of a large module, while the JVM has not compiled what they need. */
    private static final int COLD_CALLS = 2000;

    /** Of all tables; the largest plugin we know of, 31 MB of Go, has 60,000. */
    static final long MOST_TABLE_ENTRIES = 1_000_000;

    private final String digest;
    private final WasmModule module;
    private final boolean counts;
    private final @Nullable Function<Instance, Machine> machines;
    private final @Nullable Supplier<GuestCode> code;
    private final List<Integer> interpreted;
    private final byte[] names;
    private final AtomicBoolean wantsWarmUp;
    private int coldCalls; // a race costs a call more or less
    private final Set<String> exports = new LinkedHashSet<>();

    /** {@code counts}: whether instructions are counted. */
    CompiledModule(String digest, WasmModule module, CompiledClasses compiled, boolean counts) {
        this.digest = digest;
        this.module = module;
        this.counts = counts;
        boolean translated = compiled.isTranslated();
        this.code = translated ? GeneratedClasses.code(compiled) : null;
        this.machines = translated ? null : GeneratedClasses.machines(compiled);
        this.interpreted = compiled.interpreted();
        this.names = compiled.names();
        this.wantsWarmUp = new AtomicBoolean(compiled.packedBytes() > LARGE_BYTES);
        this.coldCalls = compiled.packedBytes() > LARGE_BYTES ? COLD_CALLS : 0;
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            if (export.exportType() == ExternalType.FUNCTION) {
                exports.add(export.name());
            }
        }
    }

    /** SHA-256 of the module's bytes, in lower-case hexadecimal. */
    public String digest() {
        return digest;
    }

    /** Names of the exported functions. */
    public Set<String> exports() {
        return exports;
    }

    /** Indexes of functions that run in the interpreter, about a hundred times slower. */
    public List<Integer> interpretedFunctions() {
        return interpreted;
    }

    /** Bytes of memory that the module asks for at its start; -1 when it has no memory. */
    public long declaredMemoryBytes() {
        List<MemoryLimits> memories = memories();
        return memories.isEmpty() ? -1 : memories.getFirst().initialPages() * (long) PAGE_BYTES;
    }

    private List<MemoryLimits> memories() {
        var limits = new ArrayList<MemoryLimits>(1);
        for (int i = 0; i < module.importSection().importCount(); i++) {
            if (module.importSection().getImport(i) instanceof MemoryImport imported) {
                limits.add(imported.limits());
            }
        }
        module.memorySection()
                .ifPresent(section -> {
                    for (int i = 0; i < section.memoryCount(); i++) {
                        limits.add(section.getMemory(i).limits());
                    }
                });
        return limits;
    }

    /** Entries of all tables that the module asks for at its start. */
    public long declaredTableEntries() {
        return tableEntries(module);
    }

    static long tableEntries(WasmModule module) {
        long entries = 0;
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            entries += module.tableSection().getTable(i).limits().min();
        }
        return entries;
    }

    /**
     * Checks that every import is offered with the signature the module expects.
     *
     * @throws ModuleException naming the first one that is not
     */
    public void checkImports(HostFunctions<?> offered) {
        var imports = module.importSection();
        for (int i = 0; i < imports.importCount(); i++) {
            var wanted = imports.getImport(i);
            String name = wanted.module() + "." + wanted.name();
            if (wanted instanceof MemoryImport
                    && offered.hasMemory(wanted.module(), wanted.name())) {
                continue;
            }
            if (!(wanted instanceof FunctionImport function)) {
                String kind = String.valueOf(wanted.importType());
                throw new ModuleException(
                        "imports the " + kind + " " + name + " (expected: functions only)");
            }
            var entry = offered.find(wanted.module(), wanted.name());
            if (entry == null) {
                throw new ModuleException("imports the unknown function " + name);
            }
            String signature = signature(type(function));
            if (!signature.equals(entry.signature())) {
                throw new ModuleException(
                        "imports %s as %s (expected: %s)"
                                .formatted(name, signature, entry.signature()));
            }
        }
    }

    /**
     * Makes an instance and runs the module's start section, but neither {@code _start} nor {@code
     * _initialize}.
     *
     * @param host handed to every host function
     * @param maximumBytes how far the memory may grow
     * @throws ModuleException when the module declares more memory or an import is not offered
     * @throws GuestTrap when the start section traps
     */
    public <H> GuestInstance instantiate(
            HostFunctions<H> functions, H host, long maximumBytes, Deadline deadline) {
        checkImports(functions);
        checkMemory(maximumBytes);
        var guest = new GuestInstance(this, deadline);
        var builder =
                Instance.builder(module)
                        .withImportValues(link(functions, host, guest, maximumBytes))
                        .withMachineFactory(machines(functions, host, guest, deadline))
                        .withMemoryFactory(limits -> memory(guest, limits, maximumBytes, false))
                        .withStart(false);
        guest.enter(Long.MAX_VALUE);
        try {
            guest.started(builder.build());
            return guest;
        } catch (GuestTrap e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw guest.trapped(e);
        } finally {
            guest.exit();
        }
    }

    private <H> Function<Instance, Machine> machines(
            HostFunctions<H> functions, H host, GuestInstance caller, Deadline deadline) {
        if (code == null) {
            return Objects.requireNonNull(machines);
        }
        GuestCode guest = code.get();
        deadline.watches(guest);
        List<HostFunctions.Entry<H>> linked = linked(functions);
        TranslatedMachine.HostCall calls =
                (function, args) -> call(linked.get(function), host, caller, args);
        return instance -> new TranslatedMachine(instance, guest, calls);
    }

    private <H> List<HostFunctions.Entry<H>> linked(HostFunctions<H> functions) {
        var imports = module.importSection();
        var entries = new ArrayList<HostFunctions.Entry<H>>(imports.importCount());
        for (int i = 0; i < imports.importCount(); i++) {
            if (imports.getImport(i) instanceof FunctionImport wanted) {
                entries.add(Objects.requireNonNull(functions.find(wanted.module(), wanted.name())));
            }
        }
        return entries;
    }

    private static FlatMemory memory(
            GuestInstance guest, MemoryLimits limits, long maximumBytes, boolean ample) {
        var flat = new FlatMemory(limits, (int) (maximumBytes / PAGE_BYTES), ample);
        guest.remembered(flat);
        return flat;
    }

    void checkTables() {
        if (declaredTableEntries() > MOST_TABLE_ENTRIES) {
            throw new ModuleException(
                    "declares tables of %d entries (expected: at most %d)"
                            .formatted(declaredTableEntries(), MOST_TABLE_ENTRIES));
        }
    }

    private void checkMemory(long maximumBytes) {
        long declared = declaredMemoryBytes();
        if (memories().size() != 1) {
            throw new ModuleException("has not exactly one memory of its own");
        }
        if (declared > maximumBytes) {
            throw new ModuleException(
                    "declares %d bytes of memory (expected: at most %d)"
                            .formatted(declared, maximumBytes));
        }
    }

    private <H> ImportValues link(
            HostFunctions<H> functions, H host, GuestInstance guest, long maximumBytes) {
        var imports = module.importSection();
        var linked = ImportValues.builder();
        for (int i = 0; i < imports.importCount(); i++) {
            switch (imports.getImport(i)) {
                case FunctionImport wanted ->
                        linked.addFunction(link(wanted, functions, host, guest));
                case MemoryImport wanted ->
                        linked.addMemory(
                                new ImportMemory(
                                        wanted.module(),
                                        wanted.name(),
                                        memory(guest, wanted.limits(), maximumBytes, true)));
                default -> throw new IllegalStateException("bug: this import was not checked");
            }
        }
        return linked.build();
    }

    private <H> ImportFunction link(
            FunctionImport wanted, HostFunctions<H> functions, H host, GuestInstance caller) {
        var entry = Objects.requireNonNull(functions.find(wanted.module(), wanted.name()));
        return new ImportFunction(
                wanted.module(), wanted.name(), type(wanted), handle(entry, host, caller));
    }

    private static <H> WasmFunctionHandle handle(
            HostFunctions.Entry<H> entry, H host, GuestInstance caller) {
        // The caller reads the result before anything else runs: one array serves every call.
        long[] result = new long[1];
        return (instance, args) -> {
            result[0] = call(entry, host, caller, args);
            return result;
        };
    }

    // A guest can provoke what a host function did not think of, by calling back while it allocates
    // for example. That ends the guest, not the gateway.
    private static <H> int call(
            HostFunctions.Entry<H> entry, H host, GuestInstance caller, long[] args) {
        caller.hostCall();
        try {
            return entry.body().call(host, args);
        } catch (GuestTrap e) {
            throw e;
        } catch (RuntimeException e) {
            throw new GuestTrap(
                    GuestTrap.Kind.TRAP, "host function " + entry.name() + " failed: " + e);
        }
    }

    private FunctionType type(FunctionImport wanted) {
        return module.typeSection().getType(wanted.typeIndex());
    }

    static String signature(FunctionType type) {
        var text = new StringBuilder();
        type.params().forEach(value -> text.append(letter(value)));
        text.append('>');
        type.returns().forEach(value -> text.append(letter(value)));
        return text.toString();
    }

    private static char letter(ValType type) {
        if (type.equals(ValType.I32)) {
            return 'i';
        }
        if (type.equals(ValType.I64)) {
            return 'I';
        }
        if (type.equals(ValType.F32)) {
            return 'f';
        }
        return type.equals(ValType.F64) ? 'F' : '?';
    }

    /** Whether instructions are counted, and not only what the host does for the guest. */
    boolean counts() {
        return counts;
    }

    /** Whether the code is large and should be warmed; true once. */
    public boolean takeWarmUp() {
        return wantsWarmUp.compareAndSet(true, false);
    }

    /** Asked once for each call: the first ones of a large module are slow, in all instances. */
    boolean isCold() {
        int left = coldCalls;
        if (left == 0) {
            return false;
        }
        coldCalls = left - 1;
        return true;
    }

    /** The guest's call stack at a failure, innermost first; empty when there is none. */
    String guestStack(Throwable failure) {
        return GuestStack.describe(failure, names);
    }
}
