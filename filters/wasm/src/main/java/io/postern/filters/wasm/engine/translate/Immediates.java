package io.postern.filters.wasm.engine.translate;

/** Lengths of what follows an opcode (core specification, section 5.4). */
final class Immediates {
    private Immediates() {}

    static void skip(Code in, int opcode) {
        switch (opcode) {
            case 0x02, 0x03, 0x04 -> in.s33();
            case 0x0c, 0x0d, 0x10, 0x12, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0xd2 -> in.u32();
            case 0x0e -> {
                for (int i = in.u32(); i >= 0; i--) {
                    in.u32();
                }
            }
            case 0x11, 0x13 -> {
                in.u32();
                in.u32();
            }
            case 0x1c -> {
                for (int i = in.u32(); i > 0; i--) {
                    Types.of(in.octet());
                }
            }
            case 0x3f, 0x40, 0xd0 -> in.octet();
            case 0x41 -> in.s32();
            case 0x42 -> in.s64();
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0xfc -> skipBulk(in);
            default -> {
                if (opcode >= 0x28 && opcode <= 0x3e) {
                    in.u32();
                    in.u32();
                } else if (!isPlain(opcode)) {
                    throw unknown(opcode);
                }
            }
        }
    }

    private static boolean isPlain(int opcode) {
        return opcode <= 0x01
                || opcode == 0x05
                || opcode == 0x0b
                || opcode == 0x0f
                || opcode == 0x1a
                || opcode == 0x1b
                || (opcode >= 0x45 && opcode <= 0xc4)
                || opcode == 0xd1;
    }

    private static void skipBulk(Code in) {
        int opcode = in.u32();
        switch (opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> {}
            case 8, 10, 12, 14 -> {
                in.u32();
                in.u32();
            }
            case 9, 11, 13, 15, 16, 17 -> in.u32();
            default -> throw new UnsupportedCode("opcode 0xfc " + opcode);
        }
    }

    /** An opcode that this translator does not know; it may belong to a proposal. */
    static RuntimeException unknown(int opcode) {
        return switch (opcode) {
            case 0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f, 0x14, 0x15 ->
                    new UnsupportedCode("exceptions or typed references");
            case 0xfb, 0xfd, 0xfe, 0xd3, 0xd4, 0xd5, 0xd6 ->
                    new UnsupportedCode("opcode 0x" + Integer.toHexString(opcode));
            default -> new InvalidCode("illegal opcode " + Integer.toHexString(opcode));
        };
    }
}
