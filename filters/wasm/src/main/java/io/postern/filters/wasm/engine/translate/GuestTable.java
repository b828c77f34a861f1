package io.postern.filters.wasm.engine.translate;

import java.util.Arrays;

/** A table of one instance: numbers of functions, -1 for null. Confined to the guest's thread. */
public final class GuestTable {
    int[] entries;
    private final int maximum;

    /** {@code maximum}: entries, as far as it may grow. */
    public GuestTable(int[] entries, int maximum) {
        this.entries = entries;
        this.maximum = maximum;
    }

    int grow(int delta, int value) {
        int before = entries.length;
        if (delta < 0 || delta > maximum - before) {
            return -1;
        }
        entries = Arrays.copyOf(entries, before + delta);
        Arrays.fill(entries, before, before + delta, value);
        return before;
    }

    int get(int index) {
        check(index, 1, entries.length);
        return entries[index];
    }

    void set(int index, int value) {
        check(index, 1, entries.length);
        entries[index] = value;
    }

    void fill(int from, int value, int count) {
        check(from, count, entries.length);
        Arrays.fill(entries, from, from + count, value);
    }

    void copy(int to, int[] source, int from, int count) {
        check(from, count, source.length);
        check(to, count, entries.length);
        System.arraycopy(source, from, entries, to, count);
    }

    private static void check(int from, int count, int length) {
        if (Integer.toUnsignedLong(from) + Integer.toUnsignedLong(count) > length) {
            throw new Trap("out of bounds table access");
        }
    }
}
