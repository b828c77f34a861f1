package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.sdk.HeaderMap;

/**
 * The ABI's serialised maps: number of pairs, then the two lengths of each pair, then names and
 * values, each ended by NUL; all numbers i32 little-endian.
 */
final class Pairs {
    // As in Envoy's host (proxy-wasm-cpp-host, limits.h).
    private static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_COUNT = 1024;
    private static final int LENGTHS = 8;
    private static final int TWO_NULS = 2;

    private Pairs() {}

    /** Writes a map into memory that the guest allocates. */
    static int give(GuestHost host, HeaderMap map, int pointerAt, int sizeAt) {
        int count = map.size();
        if (count == 0) {
            return Results.givePointer(host.memory(), 0, 0, pointerAt, sizeAt);
        }
        int size = size(map);
        int address = host.allocate(size);
        GuestMemory memory = host.memory();
        if (address == 0 || !memory.has(address, size)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        if (count != map.size() || size != size(map)) {
            return Status.INTERNAL_FAILURE; // the guest changed the map while it allocated
        }
        memory.putInt(address, count);
        int lengths = address + Integer.BYTES;
        int at = lengths + count * LENGTHS;
        byte[] target = memory.array();
        byte[] octets = map.octets();
        for (int i = 0; i < count; i++) {
            int name = map.nameLength(i);
            int value = map.valueLength(i);
            memory.putInt(lengths, name);
            memory.putInt(lengths + Integer.BYTES, value);
            lengths += LENGTHS;
            System.arraycopy(octets, map.nameStart(i), target, at, name);
            target[at + name] = 0;
            at += name + 1;
            System.arraycopy(octets, map.valueStart(i), target, at, value);
            target[at + value] = 0;
            at += value + 1;
        }
        return Results.givePointer(memory, address, size, pointerAt, sizeAt);
    }

    private static int size(HeaderMap map) {
        return Integer.BYTES + map.size() * (LENGTHS + TWO_NULS) + map.octetCount();
    }

    /**
     * Reads a map from guest memory, which must hold {@code size} bytes at {@code address}.
     *
     * @return false when it is malformed or too large; {@code target} may then hold some pairs
     */
    static boolean read(GuestMemory memory, int address, int size, HeaderMap target) {
        if (size == 0) {
            return true;
        }
        if (size < Integer.BYTES || size > MAX_BYTES) {
            return false;
        }
        int count = memory.getInt(address);
        int end = address + size;
        if (count < 0 || count > MAX_COUNT || Integer.BYTES + count * LENGTHS > size) {
            return false;
        }
        int lengths = address + Integer.BYTES;
        int at = lengths + count * LENGTHS;
        byte[] bytes = memory.array();
        for (int i = 0; i < count; i++, lengths += LENGTHS) {
            int name = memory.getInt(lengths);
            int value = memory.getInt(lengths + Integer.BYTES);
            if (!ended(bytes, at, name, end) || !ended(bytes, at + name + 1, value, end)) {
                return false;
            }
            if (HeaderText.isName(bytes, at, name)
                    && HeaderText.isValue(bytes, at + name + 1, value)) {
                target.add(bytes, at, name, bytes, at + name + 1, value);
            } else {
                return false;
            }
            at += name + value + TWO_NULS;
        }
        return at == end;
    }

    private static boolean ended(byte[] bytes, int at, int length, int end) {
        return length >= 0 && length < end - at && bytes[at + length] == 0;
    }
}
