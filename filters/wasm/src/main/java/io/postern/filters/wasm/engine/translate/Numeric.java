package io.postern.filters.wasm.engine.translate;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/** Numeric instructions (core specification, section 4.4.1), by table. */
final class Numeric {
    private static final String INTEGER = "java/lang/Integer";
    private static final String LONG = "java/lang/Long";
    private static final String FLOAT = "java/lang/Float";
    private static final String DOUBLE = "java/lang/Double";
    private static final String MATH = "java/lang/Math";
    private static final String OWN = Names.MATH;
    private static final int FIRST = 0x45;
    private static final Op[] OPS = new Op[0xc5 - FIRST];
    private static final Op[] SATURATING = new Op[8];

    /** Writes the instruction over operands that are on the JVM's stack. */
    private interface Emit {
        void to(MethodBody out);
    }

    /** {@code jump}: for comparisons, the JVM jump after {@code emit} that means "true"; else 0. */
    private record Op(String in, char out, int jump, Emit emit) {}

    static {
        compareInts();
        compareFloats(0x5b, "ff", Opcodes.FCMPL);
        compareFloats(0x61, "dd", Opcodes.DCMPL);
        intArithmetic();
        longArithmetic();
        floatArithmetic(0x8b, 'f');
        floatArithmetic(0x99, 'd');
        conversions();
        saturating();
        extensions();
    }

    private final FunctionState state;

    Numeric(FunctionState state) {
        this.state = state;
    }

    void translate(int opcode) {
        translate(OPS[opcode - FIRST]);
    }

    /** The opcodes 0xfc 0 to 7. */
    void translateSaturating(int opcode) {
        translate(SATURATING[opcode]);
    }

    private void translate(Op op) {
        for (int i = op.in.length() - 1; i >= 0; i--) {
            state.operands.pop(type(op.in.charAt(i)));
        }
        op.emit.to(state.out);
        state.operands.push(type(op.out), op.jump == 0 ? 0 : Operands.SMALL);
        if (op.jump != 0) {
            state.condition(op.jump);
        }
    }

    private static byte type(char letter) {
        return switch (letter) {
            case 'i' -> Types.I32;
            case 'l' -> Types.I64;
            case 'f' -> Types.F32;
            default -> Types.F64;
        };
    }

    private static void put(int opcode, String in, char out, Emit emit) {
        OPS[opcode - FIRST] = new Op(in, out, 0, emit);
    }

    private static void put(int opcode, String in, char out, int... instructions) {
        put(opcode, in, out, insns(instructions));
    }

    private static Emit insns(int... instructions) {
        return body -> {
            for (int instruction : instructions) {
                body.visitInsn(instruction);
            }
        };
    }

    private static Emit call(String owner, String name, String descriptor) {
        return body -> body.staticMethod(owner, name, descriptor);
    }

    private static Emit both(Emit first, Emit second) {
        return body -> {
            first.to(body);
            second.to(body);
        };
    }

    private static void compare(int opcode, String in, int jump, @Nullable Emit emit) {
        OPS[opcode - FIRST] = new Op(in, 'i', jump, emit == null ? _ -> {} : emit);
    }

    // eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    private static void compareInts() {
        Emit unsigned = call(INTEGER, "compareUnsigned", "(II)I");
        compare(0x45, "i", Opcodes.IFEQ, null);
        compare(0x46, "ii", Opcodes.IF_ICMPEQ, null);
        compare(0x47, "ii", Opcodes.IF_ICMPNE, null);
        Emit signedLong = insns(Opcodes.LCMP);
        Emit unsignedLong = call(LONG, "compareUnsigned", "(JJ)I");
        compare(0x50, "l", Opcodes.IFEQ, insns(Opcodes.LCONST_0, Opcodes.LCMP));
        compare(0x51, "ll", Opcodes.IFEQ, signedLong);
        compare(0x52, "ll", Opcodes.IFNE, signedLong);
        int[] ints = {Opcodes.IF_ICMPLT, Opcodes.IF_ICMPGT, Opcodes.IF_ICMPLE, Opcodes.IF_ICMPGE};
        int[] jumps = {Opcodes.IFLT, Opcodes.IFGT, Opcodes.IFLE, Opcodes.IFGE};
        for (int i = 0; i < jumps.length; i++) {
            compare(0x48 + 2 * i, "ii", ints[i], null);
            compare(0x49 + 2 * i, "ii", jumps[i], unsigned);
            compare(0x53 + 2 * i, "ll", jumps[i], signedLong);
            compare(0x54 + 2 * i, "ll", jumps[i], unsignedLong);
        }
    }

    // eq ne lt gt le ge; a comparison with NaN is false, but for ne
    private static void compareFloats(int first, String in, int cmpl) {
        int cmpg = cmpl + 1;
        compare(first, in, Opcodes.IFEQ, insns(cmpl));
        compare(first + 1, in, Opcodes.IFNE, insns(cmpl));
        compare(first + 2, in, Opcodes.IFLT, insns(cmpg));
        compare(first + 3, in, Opcodes.IFGT, insns(cmpl));
        compare(first + 4, in, Opcodes.IFLE, insns(cmpg));
        compare(first + 5, in, Opcodes.IFGE, insns(cmpl));
    }

    private static void intArithmetic() {
        put(0x67, "i", 'i', call(INTEGER, "numberOfLeadingZeros", "(I)I"));
        put(0x68, "i", 'i', call(INTEGER, "numberOfTrailingZeros", "(I)I"));
        put(0x69, "i", 'i', call(INTEGER, "bitCount", "(I)I"));
        put(0x6a, "ii", 'i', Opcodes.IADD);
        put(0x6b, "ii", 'i', Opcodes.ISUB);
        put(0x6c, "ii", 'i', Opcodes.IMUL);
        put(0x6d, "ii", 'i', call(OWN, "divide", "(II)I"));
        put(0x6e, "ii", 'i', call(INTEGER, "divideUnsigned", "(II)I"));
        put(0x6f, "ii", 'i', Opcodes.IREM);
        put(0x70, "ii", 'i', call(INTEGER, "remainderUnsigned", "(II)I"));
        put(0x71, "ii", 'i', Opcodes.IAND);
        put(0x72, "ii", 'i', Opcodes.IOR);
        put(0x73, "ii", 'i', Opcodes.IXOR);
        put(0x74, "ii", 'i', Opcodes.ISHL);
        put(0x75, "ii", 'i', Opcodes.ISHR);
        put(0x76, "ii", 'i', Opcodes.IUSHR);
        put(0x77, "ii", 'i', rotate(Opcodes.ISHL, Opcodes.IUSHR));
        put(0x78, "ii", 'i', rotate(Opcodes.IUSHR, Opcodes.ISHL));
    }

    // As plain shifts: HotSpot does not inline a call any more when a method is large.
    private static Emit rotate(int shift, int back) {
        return insns(
                Opcodes.DUP2, shift, Opcodes.DUP_X2, Opcodes.POP, Opcodes.INEG, back, Opcodes.IOR);
    }

    private static Emit rotateLong(int shift, int back) {
        return body -> {
            int count = body.locals().temporary(0);
            body.visitInsn(Opcodes.L2I);
            body.store(Types.I32, count);
            body.visitInsn(Opcodes.DUP2);
            body.load(Types.I32, count);
            body.visitInsn(shift);
            body.visitInsn(Opcodes.DUP2_X2);
            body.visitInsn(Opcodes.POP2);
            body.load(Types.I32, count);
            body.visitInsn(Opcodes.INEG);
            body.visitInsn(back);
            body.visitInsn(Opcodes.LOR);
        };
    }

    private static void longArithmetic() {
        Emit widen = insns(Opcodes.I2L);
        put(0x79, "l", 'l', both(call(LONG, "numberOfLeadingZeros", "(J)I"), widen));
        put(0x7a, "l", 'l', both(call(LONG, "numberOfTrailingZeros", "(J)I"), widen));
        put(0x7b, "l", 'l', both(call(LONG, "bitCount", "(J)I"), widen));
        put(0x7c, "ll", 'l', Opcodes.LADD);
        put(0x7d, "ll", 'l', Opcodes.LSUB);
        put(0x7e, "ll", 'l', Opcodes.LMUL);
        put(0x7f, "ll", 'l', call(OWN, "divide", "(JJ)J"));
        put(0x80, "ll", 'l', call(LONG, "divideUnsigned", "(JJ)J"));
        put(0x81, "ll", 'l', Opcodes.LREM);
        put(0x82, "ll", 'l', call(LONG, "remainderUnsigned", "(JJ)J"));
        put(0x83, "ll", 'l', Opcodes.LAND);
        put(0x84, "ll", 'l', Opcodes.LOR);
        put(0x85, "ll", 'l', Opcodes.LXOR);
        put(0x86, "ll", 'l', Opcodes.L2I, Opcodes.LSHL);
        put(0x87, "ll", 'l', Opcodes.L2I, Opcodes.LSHR);
        put(0x88, "ll", 'l', Opcodes.L2I, Opcodes.LUSHR);
        put(0x89, "ll", 'l', rotateLong(Opcodes.LSHL, Opcodes.LUSHR));
        put(0x8a, "ll", 'l', rotateLong(Opcodes.LUSHR, Opcodes.LSHL));
    }

    // abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign
    private static void floatArithmetic(int first, char type) {
        boolean single = type == 'f';
        String one = String.valueOf(type);
        String two = one + one;
        char jvm = single ? 'F' : 'D';
        int shift = single ? 2 : 3;
        put(first, one, type, call(MATH, "abs", "(%c)%c".formatted(jvm, jvm)));
        put(first + 1, one, type, Opcodes.INEG + shift);
        put(first + 2, one, type, onDouble(single, MATH, "ceil"));
        put(first + 3, one, type, onDouble(single, MATH, "floor"));
        put(first + 4, one, type, onDouble(single, OWN, "truncate"));
        put(first + 5, one, type, onDouble(single, MATH, "rint"));
        put(first + 6, one, type, onDouble(single, MATH, "sqrt"));
        put(first + 7, two, type, Opcodes.IADD + shift);
        put(first + 8, two, type, Opcodes.ISUB + shift);
        put(first + 9, two, type, Opcodes.IMUL + shift);
        put(first + 10, two, type, Opcodes.IDIV + shift);
        String pair = "(%c%c)%c".formatted(jvm, jvm, jvm);
        put(first + 11, two, type, call(MATH, "min", pair));
        put(first + 12, two, type, call(MATH, "max", pair));
        put(first + 13, two, type, call(MATH, "copySign", pair));
    }

    // Rounding a float by way of double is exact.
    private static Emit onDouble(boolean single, String owner, String name) {
        Emit rounded = call(owner, name, "(D)D");
        return single ? both(insns(Opcodes.F2D), both(rounded, insns(Opcodes.D2F))) : rounded;
    }

    private static Emit zeroExtend() {
        return body -> {
            body.visitInsn(Opcodes.I2L);
            body.constant(0xffffffffL);
            body.visitInsn(Opcodes.LAND);
        };
    }

    private static void conversions() {
        put(0xa7, "l", 'i', Opcodes.L2I);
        truncations(0xa8, 'i', "toInt", "toUnsignedInt", "(D)I");
        put(0xac, "i", 'l', Opcodes.I2L);
        put(0xad, "i", 'l', zeroExtend());
        truncations(0xae, 'l', "toLong", "toUnsignedLong", "(D)J");
        put(0xb2, "i", 'f', Opcodes.I2F);
        put(0xb3, "i", 'f', both(zeroExtend(), insns(Opcodes.L2F)));
        put(0xb4, "l", 'f', Opcodes.L2F);
        put(0xb5, "l", 'f', call(OWN, "unsignedToFloat", "(J)F"));
        put(0xb6, "d", 'f', Opcodes.D2F);
        put(0xb7, "i", 'd', Opcodes.I2D);
        put(0xb8, "i", 'd', both(zeroExtend(), insns(Opcodes.L2D)));
        put(0xb9, "l", 'd', Opcodes.L2D);
        put(0xba, "l", 'd', call(OWN, "unsignedToDouble", "(J)D"));
        put(0xbb, "f", 'd', Opcodes.F2D);
        put(0xbc, "f", 'i', call(FLOAT, "floatToRawIntBits", "(F)I"));
        put(0xbd, "d", 'l', call(DOUBLE, "doubleToRawLongBits", "(D)J"));
        put(0xbe, "i", 'f', call(FLOAT, "intBitsToFloat", "(I)F"));
        put(0xbf, "l", 'd', call(DOUBLE, "longBitsToDouble", "(J)D"));
    }

    private static void truncations(
            int first, char type, String signed, String unsigned, String descriptor) {
        Emit promote = insns(Opcodes.F2D);
        put(first, "f", type, both(promote, call(OWN, signed, descriptor)));
        put(first + 1, "f", type, both(promote, call(OWN, unsigned, descriptor)));
        put(first + 2, "d", type, call(OWN, signed, descriptor));
        put(first + 3, "d", type, call(OWN, unsigned, descriptor));
    }

    // The JVM's own conversions saturate.
    private static void saturating() {
        Emit promote = insns(Opcodes.F2D);
        Emit toInt = call(OWN, "saturateUnsignedInt", "(D)I");
        Emit toLong = call(OWN, "saturateUnsignedLong", "(D)J");
        SATURATING[0] = new Op("f", 'i', 0, insns(Opcodes.F2I));
        SATURATING[1] = new Op("f", 'i', 0, both(promote, toInt));
        SATURATING[2] = new Op("d", 'i', 0, insns(Opcodes.D2I));
        SATURATING[3] = new Op("d", 'i', 0, toInt);
        SATURATING[4] = new Op("f", 'l', 0, insns(Opcodes.F2L));
        SATURATING[5] = new Op("f", 'l', 0, both(promote, toLong));
        SATURATING[6] = new Op("d", 'l', 0, insns(Opcodes.D2L));
        SATURATING[7] = new Op("d", 'l', 0, toLong);
    }

    private static void extensions() {
        put(0xc0, "i", 'i', Opcodes.I2B);
        put(0xc1, "i", 'i', Opcodes.I2S);
        put(0xc2, "l", 'l', Opcodes.L2I, Opcodes.I2B, Opcodes.I2L);
        put(0xc3, "l", 'l', Opcodes.L2I, Opcodes.I2S, Opcodes.I2L);
        put(0xc4, "l", 'l', Opcodes.L2I, Opcodes.I2L);
    }
}
