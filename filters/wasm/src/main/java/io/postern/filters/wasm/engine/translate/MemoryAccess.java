package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.Opcodes;

/**
 * Loads and stores (core specification, section 4.4.7). An effective address is 33 bits and memory
 * less than 2^31 bytes: the base is taken for an int, and one that is negative makes the whole
 * address negative, which the array's own check refuses.
 */
final class MemoryAccess {
    private static final int SIGN_SHIFT = 31;
    private static final int FIRST_STORE = 0x36;

    /** An access: log2 of its bytes, the type it has in the guest, how memory becomes a value. */
    private record Access(int log, byte type, Widening widening) {}

    private enum Widening {
        NONE,
        SIGNED,
        UNSIGNED
    }

    private static final Access[] ACCESSES = {
        new Access(2, Types.I32, Widening.NONE),
        new Access(3, Types.I64, Widening.NONE),
        new Access(2, Types.F32, Widening.NONE),
        new Access(3, Types.F64, Widening.NONE),
        new Access(0, Types.I32, Widening.SIGNED),
        new Access(0, Types.I32, Widening.UNSIGNED),
        new Access(1, Types.I32, Widening.SIGNED),
        new Access(1, Types.I32, Widening.UNSIGNED),
        new Access(0, Types.I64, Widening.SIGNED),
        new Access(0, Types.I64, Widening.UNSIGNED),
        new Access(1, Types.I64, Widening.SIGNED),
        new Access(1, Types.I64, Widening.UNSIGNED),
        new Access(2, Types.I64, Widening.SIGNED),
        new Access(2, Types.I64, Widening.UNSIGNED),
        new Access(2, Types.I32, Widening.NONE), // from here on stores
        new Access(3, Types.I64, Widening.NONE),
        new Access(2, Types.F32, Widening.NONE),
        new Access(3, Types.F64, Widening.NONE),
        new Access(0, Types.I32, Widening.SIGNED),
        new Access(1, Types.I32, Widening.SIGNED),
        new Access(0, Types.I64, Widening.SIGNED),
        new Access(1, Types.I64, Widening.SIGNED),
        new Access(2, Types.I64, Widening.SIGNED),
    };

    private static final String GUEST_CODE = "L" + Names.BASE + ";";

    private final FunctionState state;
    private final Operands operands;
    private final MethodBody out;

    MemoryAccess(FunctionState state) {
        this.state = state;
        operands = state.operands;
        out = state.out;
    }

    void translate(int opcode) {
        state.requireMemory();
        Access access = ACCESSES[opcode - 0x28];
        int align = state.code.u32();
        if (align < 0 || align > access.log) {
            if ((align & 0x40) != 0) {
                throw new UnsupportedCode("several memories");
            }
            throw new InvalidCode("alignment must not be larger than natural");
        }
        int offset = state.code.u32();
        if (opcode < FIRST_STORE) {
            load(access, offset);
        } else {
            store(access, offset);
        }
    }

    private void load(Access access, int offset) {
        int origin = operands.originAt(0);
        operands.pop(Types.I32);
        address(origin, offset);
        if (access.log == 0) {
            loadMemory();
            out.visitInsn(Opcodes.SWAP);
            out.visitInsn(Opcodes.BALOAD);
        } else {
            out.loadGuest();
            word("load", access, "(I" + GUEST_CODE + ")" + stored(access));
        }
        widen(access);
        operands.push(access.type, isSmall(access) ? Operands.SMALL : 0);
    }

    // An unsigned byte or short is no negative number.
    private static boolean isSmall(Access access) {
        return access.type == Types.I32 && access.widening == Widening.UNSIGNED;
    }

    private void widen(Access access) {
        boolean unsigned = access.widening == Widening.UNSIGNED;
        if (unsigned && access.log < 2) {
            out.constant(access.log == 0 ? 0xff : 0xffff);
            out.visitInsn(Opcodes.IAND);
        }
        if (access.type == Types.I64 && access.widening != Widening.NONE) {
            out.visitInsn(Opcodes.I2L);
            if (unsigned && access.log == 2) {
                out.constant(0xffffffffL);
                out.visitInsn(Opcodes.LAND);
            }
        }
    }

    private void store(Access access, int offset) {
        int origin = operands.originAt(1);
        operands.pop(access.type);
        operands.pop(Types.I32);
        byte kept = access.type;
        if (access.type == Types.I64 && access.widening != Widening.NONE) {
            out.visitInsn(Opcodes.L2I);
            kept = Types.I32;
        }
        if (access.log == 0) {
            int value = out.locals().temporary(0);
            out.store(kept, value);
            address(origin, offset);
            loadMemory();
            out.visitInsn(Opcodes.SWAP);
            out.load(kept, value);
            out.visitInsn(Opcodes.BASTORE);
        } else {
            if (access.log == 1) {
                out.visitInsn(Opcodes.I2S);
            }
            // An offset of 2^31 or more lies outside whatever the base is; so does this, and no sum
            // of it wraps round.
            out.constant(offset < 0 ? Integer.MIN_VALUE : offset);
            out.loadGuest();
            word("store", access, "(I" + stored(access) + "I" + GUEST_CODE + ")V");
            state.provenNotNegative(origin);
        }
    }

    private void address(int origin, int offset) {
        if (offset < 0) {
            out.visitInsn(Opcodes.POP); // 2^31 and more lies outside whatever the base is
            out.constant(-1);
            return;
        }
        if (offset > 0 && state.isNotNegative(origin)) {
            out.constant(offset);
            out.visitInsn(Opcodes.IADD);
        } else if (offset > 0) {
            out.visitInsn(Opcodes.DUP);
            out.constant(SIGN_SHIFT);
            out.visitInsn(Opcodes.ISHR);
            out.visitInsn(Opcodes.SWAP);
            out.constant(offset);
            out.visitInsn(Opcodes.IADD);
            out.visitInsn(Opcodes.IOR);
        }
        state.provenNotNegative(origin); // or the guest does not get past this access
    }

    private void loadMemory() {
        out.loadGuest();
        out.visitFieldInsn(Opcodes.GETFIELD, Names.BASE, "memory", "[B");
    }

    private void word(String verb, Access access, String descriptor) {
        String kind =
                switch (stored(access)) {
                    case 'S' -> "16";
                    case 'I' -> "32";
                    case 'J' -> "64";
                    case 'F' -> "F32";
                    default -> "F64";
                };
        out.staticMethod(Names.WORDS, verb + kind, descriptor);
    }

    /** The JVM type that the access moves. */
    private static char stored(Access access) {
        return switch (access.log) {
            case 1 -> 'S';
            case 2 -> access.type == Types.F32 ? 'F' : 'I';
            default -> access.type == Types.F64 ? 'D' : 'J';
        };
    }
}
