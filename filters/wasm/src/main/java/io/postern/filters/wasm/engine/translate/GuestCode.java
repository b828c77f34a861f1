package io.postern.filters.wasm.engine.translate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * State of one instance of a translated module, and what its code calls. A generated subclass has
 * the globals as fields; generated methods take it as their last parameter. Members are public for
 * generated code, which lives in another class loader, and for nobody else. Confined to the thread
 * that runs the guest, except {@link #stop}.
 */
public abstract class GuestCode {
    /** Memory accesses of generated code; an index that does not fit throws. */
    public static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** See {@link #SHORTS}. */
    public static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** See {@link #SHORTS}. */
    public static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** See {@link #SHORTS}. */
    public static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    /** See {@link #SHORTS}. */
    public static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    /** Turns of a loop between two looks at {@link #stop}. */
    static final int TURNS = 1024;

    /** Bulk operations of more bytes look at {@link #stop}: a turn of a loop may have many. */
    private static final int MUCH = 4096;

    /** Fuel: what a call of the host costs, and so many bytes of a bulk operation one more. */
    private static final int HOST_COST = 100;

    private static final int BULK_SHIFT = 6;
    private static final VarHandle STOP;
    private static final int HOST_ARGUMENTS = 16;
    private static final int HOST_DEPTH = 8;

    static {
        try {
            STOP = MethodHandles.lookup().findVarHandle(GuestCode.class, "stop", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What an instance is made of; the engine's side. */
    public interface Parts {
        /** Calls an imported function; the result is used when it has one. */
        long callHost(int function, long[] args);

        /** Enlarges the memory by pages: the new bytes, or null when it may not grow so far. */
        byte @Nullable [] grow(int pages);

        /** What ends a guest that was told to stop or has no fuel left. */
        RuntimeException stopped(boolean outOfFuel);

        /** Bytes of a data segment, none when it was dropped. */
        byte[] data(int segment);

        /** References of an element segment, none when it was dropped. */
        int[] elements(int segment);

        /** Drops a data segment. */
        void dropData(int segment);

        /** Drops an element segment. */
        void dropElements(int segment);
    }

    /** The linear memory. */
    public byte[] memory = {};

    /** Entries of the first table. */
    public int[] table0 = {};

    /** Set from any thread: the guest ends within {@link #TURNS} turns of any loop. */
    public boolean stop;

    /** What is left of the budget in instructions, where the code counts them. */
    public long fuel = Long.MAX_VALUE;

    private GuestTable[] tables = {};
    private @Nullable Parts parts;
    private final long[][] arguments = new long[HOST_DEPTH][];
    private int hostDepth;

    /**
     * Calls an exported function or the start function.
     *
     * @return the first result, floats as their bits; 0 without results
     */
    public abstract long invoke(int function, long[] args);

    /** Results of the last {@link #invoke} when the function has several. */
    public long[] results = {};

    /** A global's value, floats as their bits. */
    public abstract long global(int index);

    /** Sets a global, constant ones too. */
    public abstract void global(int index, long value);

    /** Connects the instance; before any other call. */
    public final void connect(Parts connected, byte[] initialMemory, GuestTable[] initialTables) {
        parts = connected;
        memory = initialMemory;
        tables = initialTables;
        table0 = initialTables.length == 0 ? table0 : initialTables[0].entries;
    }

    private Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("bug: the instance is not connected");
        }
        return parts;
    }

    // Called by generated code

    /** At the end of {@link #TURNS} turns of a loop; the number of turns to the next call. */
    public final int poll() {
        if ((boolean) STOP.getOpaque(this)) {
            throw stopped();
        }
        return TURNS;
    }

    /** {@link #stop} was seen. */
    public final RuntimeException stopped() {
        return parts().stopped(false);
    }

    /** Counts instructions. */
    public final void burn(int cost) {
        fuel -= cost;
        if (fuel < 0) {
            throw parts().stopped(true);
        }
    }

    /** The array for the arguments of a host call: one for each depth of calls. */
    public final long[] arguments(int count) {
        if (count > HOST_ARGUMENTS || hostDepth >= HOST_DEPTH) {
            return new long[Math.max(count, HOST_ARGUMENTS)];
        }
        long[] mine = arguments[hostDepth];
        if (mine == null) {
            mine = new long[HOST_ARGUMENTS];
            arguments[hostDepth] = mine;
        }
        return mine;
    }

    /** Calls an imported function. */
    public final long host(int function, long[] args) {
        hostDepth++;
        fuel -= HOST_COST;
        long result;
        try {
            result = parts().callHost(function, args);
        } finally {
            hostDepth--;
        }
        if ((boolean)
                STOP.getOpaque(this)) { // some calls of the host cost more than a loop's turns
            throw stopped();
        }
        return result;
    }

    /** memory.grow. */
    public final int grow(int pages) {
        int before = memory.length >>> 16;
        work(pages == 0 ? 0 : memory.length);
        byte[] larger = parts().grow(pages);
        if (larger == null) {
            return -1;
        }
        memory = larger;
        return before;
    }

    /** memory.copy. */
    public final void memoryCopy(int to, int from, int count) {
        check(from, count, memory.length);
        check(to, count, memory.length);
        work(count);
        System.arraycopy(memory, from, memory, to, count);
    }

    /** memory.fill. */
    public final void memoryFill(int to, int value, int count) {
        check(to, count, memory.length);
        work(count);
        java.util.Arrays.fill(memory, to, to + count, (byte) value);
    }

    /** memory.init. */
    public final void memoryInit(int to, int from, int count, int segment) {
        byte[] data = parts().data(segment);
        check(from, count, data.length);
        check(to, count, memory.length);
        work(count);
        System.arraycopy(data, from, memory, to, count);
    }

    /** data.drop. */
    public final void dropData(int segment) {
        parts().dropData(segment);
    }

    /** elem.drop. */
    public final void dropElements(int segment) {
        parts().dropElements(segment);
    }

    // Costs more than an instruction, and more than a turn of a loop should.
    private void work(int bytes) {
        fuel -= bytes >>> BULK_SHIFT;
        if (bytes > MUCH && (boolean) STOP.getOpaque(this)) {
            throw stopped();
        }
    }

    private static void check(int from, int count, int length) {
        if (Integer.toUnsignedLong(from) + Integer.toUnsignedLong(count) > length) {
            throw new Trap("out of bounds memory access");
        }
    }

    /** table.get. */
    public final int tableGet(int index, int table) {
        return tables[table].get(index);
    }

    /** table.set. */
    public final void tableSet(int index, int value, int table) {
        tables[table].set(index, value);
    }

    /** table.size. */
    public final int tableSize(int table) {
        return tables[table].entries.length;
    }

    /** table.grow. */
    public final int tableGrow(int value, int delta, int table) {
        work(tables[table].entries.length);
        int before = tables[table].grow(delta, value);
        table0 = tables[0].entries;
        return before;
    }

    /** table.fill. */
    public final void tableFill(int to, int value, int count, int table) {
        work(count);
        tables[table].fill(to, value, count);
    }

    /** table.copy. */
    public final void tableCopy(int to, int from, int count, int target, int source) {
        work(count);
        tables[target].copy(to, tables[source].entries, from, count);
    }

    /** table.init. */
    public final void tableInit(int to, int from, int count, int segment, int table) {
        work(count);
        tables[table].copy(to, parts().elements(segment), from, count);
    }

    /** The function that an indirect call goes to, by its place in the first table. */
    public final int function(int index) {
        int[] entries = table0;
        if (index < 0 || index >= entries.length) {
            throw new Trap("undefined element");
        }
        return entries[index];
    }

    /** As {@link #function(int)} in any table. */
    public final int function(int index, int table) {
        int[] entries = tables[table].entries;
        if (index < 0 || index >= entries.length) {
            throw new Trap("undefined element");
        }
        return entries[index];
    }

    /** An indirect call found no function of its type. */
    public static RuntimeException badIndirectCall(int function) {
        return new Trap(function < 0 ? "uninitialized element" : "indirect call type mismatch");
    }

    /** The unreachable instruction. */
    public static RuntimeException unreachable() {
        return new Trap("Trapped on unreachable instruction");
    }
}
