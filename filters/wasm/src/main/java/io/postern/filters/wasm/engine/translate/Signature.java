package io.postern.filters.wasm.engine.translate;

import java.util.Arrays;

/** A function type. */
record Signature(byte[] params, byte[] results) {
    static final byte[] NONE = {};
    static final Signature VOID = new Signature(NONE, NONE);

    int paramSlots() {
        int slots = 0;
        for (byte type : params) {
            slots += Types.slots(type);
        }
        return slots;
    }

    /** The method's descriptor without its parameters' end: more may follow. */
    private StringBuilder open() {
        var text = new StringBuilder("(");
        for (byte type : params) {
            text.append(Types.descriptor(type));
        }
        return text;
    }

    /** {@code more}: descriptors of parameters after the function's own. */
    String descriptor(String more) {
        return open().append(more).append(')').append(result()).toString();
    }

    /** Several results come as one {@code long[]}. */
    String result() {
        return switch (results.length) {
            case 0 -> "V";
            case 1 -> String.valueOf(Types.descriptor(results[0]));
            default -> "[J";
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Signature(byte[] p, byte[] r)
                && Arrays.equals(params, p)
                && Arrays.equals(results, r);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(params) * 31 + Arrays.hashCode(results);
    }
}
