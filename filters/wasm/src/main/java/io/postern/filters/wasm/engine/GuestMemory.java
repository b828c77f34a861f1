package io.postern.filters.wasm.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A guest's linear memory as host functions see it. Addresses and lengths are the guest's: unsigned
 * and not to be trusted, so ask {@link #has} before touching {@link #array()}. Confined to the
 * thread that runs the guest.
 */
public final class GuestMemory {
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final FlatMemory flat;

    GuestMemory(FlatMemory flat) {
        this.flat = flat;
    }

    /** The bytes; another array after the guest has run, since memory can grow. */
    public byte[] array() {
        return flat.bytes;
    }

    /** Size in bytes. */
    public int size() {
        return flat.bytes.length;
    }

    /** Whether {@code length} bytes at {@code address} lie in memory. */
    public boolean has(int address, int length) {
        return address >= 0 && length >= 0 && length <= flat.bytes.length - address;
    }

    /** The little-endian i32 at {@code address}, which must lie in memory. */
    public int getInt(int address) {
        return (int) INTS.get(flat.bytes, address);
    }

    /** Stores an i32; false when it does not lie in memory. */
    public boolean putInt(int address, int value) {
        if (!has(address, Integer.BYTES)) {
            return false;
        }
        INTS.set(flat.bytes, address, value);
        return true;
    }

    /** Stores an i64; false when it does not lie in memory. */
    public boolean putLong(int address, long value) {
        if (!has(address, Long.BYTES)) {
            return false;
        }
        LONGS.set(flat.bytes, address, value);
        return true;
    }

    /** Stores bytes; false when they do not lie in memory. */
    public boolean put(int address, byte[] source, int offset, int length) {
        if (!has(address, length)) {
            return false;
        }
        System.arraycopy(source, offset, flat.bytes, address, length);
        return true;
    }
}
