package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.PassiveElement;
import io.postern.filters.wasm.engine.translate.GuestCode;
import io.postern.filters.wasm.engine.translate.GuestTable;
import io.postern.filters.wasm.engine.translate.Trap;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Translated code in the place of the engine's own machine. The engine evaluates initializers and
 * segments; then globals and tables move here. Confined to the guest's thread.
 */
final class TranslatedMachine implements Machine, GuestCode.Parts {
    private final Instance instance;
    private final GuestCode code;
    private final HostCall host;
    private final BitSet droppedElements = new BitSet();
    private boolean connected;

    /** Runs an imported function. */
    @FunctionalInterface
    interface HostCall {
        long call(int function, long[] args);
    }

    TranslatedMachine(Instance instance, GuestCode code, HostCall host) {
        this.instance = instance;
        this.code = code;
        this.host = host;
    }

    GuestCode code() {
        return code;
    }

    /** The start section, called by the engine when it has initialized everything else. */
    @Override
    public long[] call(int function, long[] args) {
        connect();
        return new long[] {code.invoke(function, args)};
    }

    void connect() {
        if (connected) {
            return;
        }
        connected = true;
        for (int i = 0; i < instance.globalCount(); i++) {
            code.global(i, instance.global(i).getValue());
        }
        var tables = new GuestTable[instance.tableCount()];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = table(instance.table(i));
        }
        FlatMemory flat = memory();
        code.connect(this, flat == null ? new byte[0] : flat.bytes, tables);
    }

    private static GuestTable table(TableInstance table) {
        var entries = new int[table.size()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = table.ref(i);
        }
        long maximum = Math.min(table.limits().max(), CompiledModule.MOST_TABLE_ENTRIES);
        return new GuestTable(entries, (int) Math.max(maximum, entries.length));
    }

    private @Nullable FlatMemory memory() {
        return (FlatMemory) instance.memory();
    }

    private FlatMemory flat() {
        FlatMemory flat = memory();
        if (flat == null) {
            throw new IllegalStateException("bug: valid code uses a memory that is not there");
        }
        return flat;
    }

    @Override
    public long callHost(int function, long[] args) {
        return host.call(function, args);
    }

    @Override
    public byte @Nullable [] grow(int pages) {
        FlatMemory flat = flat();
        return flat.grow(pages) < 0 ? null : flat.bytes;
    }

    @Override
    public RuntimeException stopped(boolean outOfFuel) {
        return new Trap(outOfFuel ? "fuel used up" : "stopped");
    }

    @Override
    public byte[] data(int segment) {
        return flat().passive(segment);
    }

    @Override
    public int[] elements(int segment) {
        if (droppedElements.get(segment)
                || !(instance.element(segment) instanceof PassiveElement passive)) {
            return new int[0];
        }
        return passive.initializers().stream()
                .mapToInt(init -> (int) ConstantEvaluators.computeConstantValue(instance, init)[0])
                .toArray();
    }

    @Override
    public void dropData(int segment) {
        flat().drop(segment);
    }

    @Override
    public void dropElements(int segment) {
        droppedElements.set(segment);
    }
}
