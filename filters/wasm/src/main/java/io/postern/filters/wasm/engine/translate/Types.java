package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.Opcodes;

/** Value types by their octet in the binary format, and what they are in the JVM. */
final class Types {
    static final byte I32 = 0x7f;
    static final byte I64 = 0x7e;
    static final byte F32 = 0x7d;
    static final byte F64 = 0x7c;
    static final byte FUNCREF = 0x70;
    static final byte EXTERNREF = 0x6f;

    /** What an instruction that cannot be reached leaves on the stack: any type. */
    static final byte ANY = 0;

    private Types() {}

    static byte of(int octet) {
        return switch (octet) {
            case I32, I64, F32, F64, FUNCREF, EXTERNREF -> (byte) octet;
            case 0x7b -> throw new UnsupportedCode("v128");
            case 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74 ->
                    throw new UnsupportedCode("typed references");
            default -> throw new InvalidCode("malformed value type");
        };
    }

    /** References are numbers of functions, or -1: an int in the JVM. */
    static char descriptor(byte type) {
        return switch (type) {
            case I64 -> 'J';
            case F32 -> 'F';
            case F64 -> 'D';
            default -> 'I';
        };
    }

    static int slots(byte type) {
        return type == I64 || type == F64 ? 2 : 1;
    }

    static boolean isReference(byte type) {
        return type == FUNCREF || type == EXTERNREF;
    }

    static Object frameType(byte type) {
        return switch (type) {
            case I64 -> Opcodes.LONG;
            case F32 -> Opcodes.FLOAT;
            case F64 -> Opcodes.DOUBLE;
            default -> Opcodes.INTEGER;
        };
    }

    /** The variant for a type of an instruction that the JVM has for int, long, float, double. */
    static int opcode(byte type, int forInt) {
        return switch (type) {
            case I64 -> forInt + 1;
            case F32 -> forInt + 2;
            case F64 -> forInt + 3;
            default -> forInt;
        };
    }

    static String name(byte type) {
        return switch (type) {
            case I32 -> "i32";
            case I64 -> "i64";
            case F32 -> "f32";
            case F64 -> "f64";
            case FUNCREF -> "funcref";
            case EXTERNREF -> "externref";
            default -> "any";
        };
    }
}
