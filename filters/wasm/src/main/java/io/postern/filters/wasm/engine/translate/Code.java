package io.postern.filters.wasm.engine.translate;

/** Reads the binary format (core specification, section 5.2) between two positions. */
public final class Code {
    final byte[] bytes;
    final int end;
    int at;

    /** Reads from {@code start} to {@code end}, exclusive. */
    public Code(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** Whether something is left. */
    public boolean hasMore() {
        return at < end;
    }

    /** One octet. */
    public int octet() {
        if (at >= end) {
            throw new InvalidCode("unexpected end");
        }
        return bytes[at++] & 0xff;
    }

    /** The next octet, which stays; -1 at the end. */
    int peek() {
        return at < end ? bytes[at] & 0xff : -1;
    }

    /** An unsigned LEB128 of 32 bits. */
    public int u32() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = octet();
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                if (shift == 28 && next > 0x0f) {
                    throw new InvalidCode("integer too large");
                }
                return value;
            }
        }
        throw new InvalidCode("integer representation too long");
    }

    /** A signed LEB128 of 32 bits. */
    public int s32() {
        long value = signed(32);
        return (int) value;
    }

    long s64() {
        return signed(64);
    }

    /** A signed LEB128 of 33 bits: a block type. */
    long s33() {
        return signed(33);
    }

    private long signed(int bits) {
        long value = 0;
        int most = (bits + 6) / 7 * 7;
        for (int shift = 0; shift < most; shift += 7) {
            int next = octet();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                int used = shift + 7;
                if (used > bits && !isSignExtended(next, 7 - (used - bits))) {
                    throw new InvalidCode("integer too large");
                }
                return used < 64 && (next & 0x40) != 0 ? value | (-1L << used) : value;
            }
        }
        throw new InvalidCode("integer representation too long");
    }

    // The bits of the last octet that lie beyond the value have to repeat its sign.
    private static boolean isSignExtended(int octet, int kept) {
        int above = (octet & 0x7f) >> (kept - 1);
        return above == 0 || above == 0x7f >> (kept - 1);
    }

    int fixed32() {
        return octet() | (octet() << 8) | (octet() << 16) | (octet() << 24);
    }

    long fixed64() {
        return (fixed32() & 0xffffffffL) | ((long) fixed32() << 32);
    }

    /** Where the next octet is. */
    public int position() {
        return at;
    }

    /** Leaves octets out. */
    public void skip(int count) {
        if (count < 0 || count > end - at) {
            throw new InvalidCode("unexpected end");
        }
        at += count;
    }
}
