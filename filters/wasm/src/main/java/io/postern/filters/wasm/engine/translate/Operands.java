package io.postern.filters.wasm.engine.translate;

import java.util.Arrays;

/**
 * The operand stack while a function is translated: types, which are checked (core specification,
 * appendix A.3), and what is known about values.
 *
 * <p>An entry's origin is a number for its value: two entries with the same origin are equal. 0 is
 * unknown, {@link #SMALL} a value that is not negative as an int.
 */
final class Operands {
    static final int SMALL = 1;

    private byte[] types = new byte[32];
    private int[] origins = new int[32];
    private int size;
    private int slots;
    private int mostSlots;

    /** The block whose operands are on top: those below are out of reach. */
    private int floor;

    private boolean polymorphic;

    int size() {
        return size;
    }

    int mostSlots() {
        return mostSlots;
    }

    byte type(int index) {
        return types[index];
    }

    int origin(int index) {
        return origins[index];
    }

    /** Operands below {@code height} belong to enclosing blocks. */
    void enter(int height, boolean unreachable) {
        floor = height;
        polymorphic = unreachable;
    }

    void push(byte type) {
        push(type, 0);
    }

    void push(byte type, int origin) {
        if (size == types.length) {
            types = Arrays.copyOf(types, size * 2);
            origins = Arrays.copyOf(origins, size * 2);
        }
        types[size] = type;
        origins[size++] = origin;
        slots += Types.slots(type);
        mostSlots = Math.max(mostSlots, slots);
    }

    void push(byte[] many) {
        for (byte type : many) {
            push(type);
        }
    }

    /** Any type; {@link Types#ANY} when the code cannot be reached. */
    byte pop() {
        if (size == floor) {
            if (polymorphic) {
                return Types.ANY;
            }
            throw new InvalidCode("type mismatch: the operand stack is empty");
        }
        byte type = types[--size];
        slots -= Types.slots(type);
        return type;
    }

    void pop(byte expected) {
        byte actual = pop();
        if (actual != expected && actual != Types.ANY && expected != Types.ANY) {
            throw new InvalidCode(
                    "type mismatch: expected %s, found %s"
                            .formatted(Types.name(expected), Types.name(actual)));
        }
    }

    void pop(byte[] expected) {
        for (int i = expected.length - 1; i >= 0; i--) {
            pop(expected[i]);
        }
    }

    /** Checks the top without a change: for branches that may fall through. */
    void popAndPush(byte[] expected) {
        pop(expected);
        push(expected);
    }

    /** Checks the top and leaves it as it is, unknown types too. */
    void check(byte[] expected) {
        var actual = new byte[expected.length];
        for (int i = expected.length - 1; i >= 0; i--) {
            actual[i] = types[Math.max(0, size - 1)];
            int before = size;
            pop(expected[i]);
            actual[i] = size == before ? Types.ANY : actual[i];
        }
        push(actual);
    }

    void cut(int height) {
        while (size > height) {
            slots -= Types.slots(types[--size]);
        }
    }

    /** Origin of the entry {@code depth} below the top; 0 when there is none. */
    int originAt(int depth) {
        return size - depth > floor ? origins[size - 1 - depth] : 0;
    }
}
