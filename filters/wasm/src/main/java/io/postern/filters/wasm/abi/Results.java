package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;

/** Hands values to the guest: in memory that the guest allocates, by pointer and size. */
final class Results {
    private Results() {}

    /** A value of any length; 0 and 0 for an empty one, as in Envoy. */
    static int give(
            GuestHost host, byte[] source, int offset, int length, int pointerAt, int sizeAt) {
        int address = 0;
        if (length > 0) {
            address = host.allocate(length);
            if (address == 0 || !host.memory().put(address, source, offset, length)) {
                return Status.INVALID_MEMORY_ACCESS;
            }
        }
        return givePointer(host.memory(), address, length, pointerAt, sizeAt);
    }

    /** The same for what was written to an output. */
    static int give(GuestHost host, ByteOutput value, int pointerAt, int sizeAt) {
        return give(host, value.bytes(), 0, value.length(), pointerAt, sizeAt);
    }

    /** An address and a size. */
    static int givePointer(GuestMemory memory, int address, int size, int pointerAt, int sizeAt) {
        return memory.putInt(pointerAt, address) && memory.putInt(sizeAt, size)
                ? Status.OK
                : Status.INVALID_MEMORY_ACCESS;
    }

    /** An i32. */
    static int giveInt(GuestHost host, int value, int at) {
        return host.memory().putInt(at, value) ? Status.OK : Status.INVALID_MEMORY_ACCESS;
    }

    /** An i64. */
    static int giveLong(GuestHost host, long value, int at) {
        return host.memory().putLong(at, value) ? Status.OK : Status.INVALID_MEMORY_ACCESS;
    }
}
