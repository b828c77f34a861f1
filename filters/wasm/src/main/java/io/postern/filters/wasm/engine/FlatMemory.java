package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Linear memory as one {@code byte[]}, which the JIT compiles to plain loads and stores (Chicory's
 * own memories are arrays of pages or ByteBuffers: 2 to 4 times slower on real code).
 *
 * <p>Every access is checked by the array itself. The engine hands over addresses as int after
 * adding the instruction's offset: a base or sum of 2^31 or more arrives negative and fails the
 * same check, so no address wraps round. Confined to the thread that runs the guest.
 */
final class FlatMemory implements Memory {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final MemoryLimits limits;
    private final int maximumPages;
    private final boolean ample;
    byte[] bytes;
    private DataSegment[] segments = {};

    FlatMemory(MemoryLimits limits, int maximumPages) {
        this(limits, maximumPages, false);
    }

    /**
     * {@code ample}: growing adds a quarter at least, since all is copied each time. For memories
     * of the host's own, whose guests have to take the size as it comes.
     */
    FlatMemory(MemoryLimits limits, int maximumPages, boolean ample) {
        this.limits = limits;
        this.ample = ample;
        this.maximumPages =
                Math.min(Math.min(limits.maximumPages(), maximumPages), RUNTIME_MAX_PAGES);
        bytes = new byte[limits.initialPages() * PAGE_SIZE];
    }

    @Override
    public int pages() {
        return bytes.length / PAGE_SIZE;
    }

    @Override
    public int grow(int delta) {
        int before = pages();
        // delta is unsigned: 2^31 or more is negative here and always too much
        if (delta < 0 || delta > maximumPages - before) {
            return -1;
        }
        if (delta > 0) {
            try {
                bytes = Arrays.copyOf(bytes, (before + added(delta)) * PAGE_SIZE);
            } catch (OutOfMemoryError e) {
                return -1; // the specification lets growing fail; the guest sees its own error
            }
        }
        return before;
    }

    private int added(int delta) {
        return ample ? Math.min(maximumPages - pages(), Math.max(delta, pages() / 4)) : delta;
    }

    @Override
    public int initialPages() {
        return limits.initialPages();
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal") // abstract until the engine's next major version
    public Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal") // abstract until the engine's next major version
    public int waitOn(int address, int expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal") // abstract until the engine's next major version
    public int waitOn(int address, long expected, long timeout) {
        throw new WasmRuntimeException("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal") // abstract until the engine's next major version
    public int notify(int address, int maxThreads) {
        readInt(address);
        return 0;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        initialize(instance, dataSegments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        segments = dataSegments; // the instance's own array, in which it drops segments
        for (DataSegment segment : dataSegments) {
            if (segment instanceof ActiveDataSegment active && active.index() == memoryIndex) {
                var offset = active.offsetInstructions();
                long at = ConstantEvaluators.computeConstantValue(instance, offset)[0];
                byte[] data = active.data();
                if (Integer.toUnsignedLong((int) at) + data.length > bytes.length) {
                    throw new UninstantiableException("out of bounds memory access");
                }
                System.arraycopy(data, 0, bytes, (int) at, data.length);
            }
        }
    }

    @Override
    public void initPassiveSegment(int segment, int destination, int offset, int size) {
        byte[] data = passive(segment);
        try {
            System.arraycopy(data, offset, bytes, destination, size);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    /** Bytes of a passive segment; others count as dropped. */
    byte[] passive(int segment) {
        return segments[segment] instanceof PassiveDataSegment passive
                ? passive.data()
                : PassiveDataSegment.EMPTY.data();
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    @Override
    public void write(int address, byte[] data, int offset, int size) {
        try {
            System.arraycopy(data, offset, bytes, address, size);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public byte[] readBytes(int address, int length) {
        if (address < 0 || length < 0 || length > bytes.length - address) {
            throw outOfBounds(null);
        }
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public byte read(int address) {
        try {
            return bytes[address];
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public short readShort(int address) {
        try {
            return (short) SHORTS.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public long readU16(int address) {
        return readShort(address) & 0xffff;
    }

    @Override
    public int readInt(int address) {
        try {
            return (int) INTS.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public long readLong(int address) {
        try {
            return (long) LONGS.get(bytes, address);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    // Floats travel as their bits: a signalling NaN must stay what it is.

    @Override
    public float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void writeByte(int address, byte value) {
        try {
            bytes[address] = value;
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public void writeShort(int address, short value) {
        try {
            SHORTS.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public void writeI32(int address, int value) {
        try {
            INTS.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public void writeLong(int address, long value) {
        try {
            LONGS.set(bytes, address, value);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    @Override
    public void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    @Override
    public void zero() {
        // the engine zeroes a memory before its first use: a new array is zero already
    }

    @Override
    public void fill(byte value, int from, int to) {
        // size and start were added by the engine: a sum past 2^32 arrives below the start
        if (from < 0 || to < from || to > bytes.length) {
            throw outOfBounds(null);
        }
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void copy(int destination, int source, int size) {
        try {
            System.arraycopy(bytes, source, bytes, destination, size);
        } catch (IndexOutOfBoundsException e) {
            throw outOfBounds(e);
        }
    }

    private static RuntimeException outOfBounds(
            @org.jspecify.annotations.Nullable Throwable cause) {
        return cause == null
                ? new WasmRuntimeException("out of bounds memory access")
                : new WasmRuntimeException("out of bounds memory access", cause);
    }
}
