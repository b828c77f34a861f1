package io.postern.filters.wasm.engine.translate;

/**
 * Memory accesses of generated code: methods, and not VarHandles where they are needed, for the
 * sake of cold code. In the interpreter a VarHandle is eight calls and this is one, of code that is
 * compiled soon. And the JVM's first compiler inlines VarHandles everywhere until it gives up on
 * large methods, which then stay interpreted until the second compiler is done with them.
 *
 * <p>So the first compiler must not inline these methods and the second one must: up to 35 bytes of
 * code is small enough for both, but the first refuses what needs more than 10 stack slots. That is
 * what the calls of {@link #deep} are for; they cost nothing, since {@code guest} is dereferenced
 * anyway. Public for generated code, and for nobody else.
 */
public final class MemoryWords {
    private static final int SIGN = 31;

    private MemoryWords() {}

    /** Never called; its parameters make the callers' stack frames large. */
    private static void deep(long a, long b, long c, long d, long e, int f) {
        throw new IllegalStateException("bug: no instance " + (a + b + c + d + e + f));
    }

    /** Loads 2 bytes. */
    public static short load16(int address, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        return (short) GuestCode.SHORTS.get(guest.memory, address);
    }

    /** Stores 2 bytes at {@code base + offset}, a negative base is outside. */
    public static void store16(int base, short value, int offset, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        GuestCode.SHORTS.set(guest.memory, base + offset | base >> SIGN, value);
    }

    /** Loads 4 bytes. */
    public static int load32(int address, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        return (int) GuestCode.INTS.get(guest.memory, address);
    }

    /** Stores 4 bytes at {@code base + offset}, a negative base is outside. */
    public static void store32(int base, int value, int offset, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        GuestCode.INTS.set(guest.memory, base + offset | base >> SIGN, value);
    }

    /** Loads 8 bytes. */
    public static long load64(int address, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        return (long) GuestCode.LONGS.get(guest.memory, address);
    }

    /** Stores 8 bytes at {@code base + offset}, a negative base is outside. */
    public static void store64(int base, long value, int offset, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        GuestCode.LONGS.set(guest.memory, base + offset | base >> SIGN, value);
    }

    /** Loads 4 bytes. */
    public static float loadF32(int address, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        return (float) GuestCode.FLOATS.get(guest.memory, address);
    }

    /** Stores 4 bytes at {@code base + offset}, a negative base is outside. */
    public static void storeF32(int base, float value, int offset, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        GuestCode.FLOATS.set(guest.memory, base + offset | base >> SIGN, value);
    }

    /** Loads 8 bytes. */
    public static double loadF64(int address, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        return (double) GuestCode.DOUBLES.get(guest.memory, address);
    }

    /** Stores 8 bytes at {@code base + offset}, a negative base is outside. */
    public static void storeF64(int base, double value, int offset, GuestCode guest) {
        if (guest == null) {
            deep(0, 0, 0, 0, 0, 0);
        }
        GuestCode.DOUBLES.set(guest.memory, base + offset | base >> SIGN, value);
    }
}
