package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The JVM method that is being written, with its stack map frames: since all locals are set at the
 * start and keep their types, a frame is the locals and the operand stack. Code that cannot be
 * reached is dropped.
 */
final class MethodBody extends MethodVisitor {
    /** Operands above the guest's own that generated code uses for a moment. */
    private static final int EXTRA_SLOTS = 12;

    private static final int ROUND_SIZE = 3;

    private final MethodVisitor real;
    private final LocalSlots locals;
    private int mostSlots;
    private int size;
    private int frameAt = -1;
    private Object[] stack = new Object[32];

    MethodBody(MethodVisitor real, LocalSlots locals) {
        super(Opcodes.ASM9, real);
        this.real = real;
        this.locals = locals;
    }

    /** Code that follows can be reached, or is dropped. */
    void live(boolean reachable) {
        mv = reachable ? real : null;
    }

    boolean live() {
        return mv != null;
    }

    /** About the bytes of code so far. */
    int size() {
        return size;
    }

    LocalSlots locals() {
        return locals;
    }

    void begin() {
        real.visitCode();
    }

    void finish(int operandSlots) {
        real.visitMaxs(Math.max(mostSlots, operandSlots) + EXTRA_SLOTS, locals.most());
        real.visitEnd();
    }

    /** A place that is jumped to, with the operands that are on the stack there. */
    void place(Label label, Operands operands) {
        place(label, operands, operands.size());
    }

    /** With only the lowest {@code count} operands on the stack. */
    void place(Label label, Operands operands, int count) {
        mv = real;
        real.visitLabel(label);
        if (frameAt == size) {
            return; // the same place: the same frame
        }
        frameAt = size;
        if (stack.length < count) {
            stack = new Object[count * 2];
        }
        for (int i = 0; i < count; i++) {
            stack[i] = Types.frameType(operands.type(i));
        }
        Object[] types = locals.frameTypes();
        real.visitFrame(Opcodes.F_NEW, types.length, types, count, stack);
    }

    /** A place before the locals are set, where only the parameters are. */
    void placeAtStart(Label label, int parameters) {
        mv = real;
        real.visitLabel(label);
        Object[] types = java.util.Arrays.copyOf(locals.frameTypes(), parameters + 1);
        real.visitFrame(Opcodes.F_NEW, types.length, types, 0, stack);
        frameAt = size;
    }

    /** The end of a part, where temporary 0 is the number of its exit. */
    void placeAtEnd(Label label) {
        mv = real;
        real.visitLabel(label);
        Object[] types = locals.frameTypesWithTemporary();
        real.visitFrame(Opcodes.F_NEW, types.length, types, 0, stack);
        frameAt = size;
    }

    // What is emitted is counted: the size decides whether a function is split.

    @Override
    public void visitInsn(int opcode) {
        size++;
        super.visitInsn(opcode);
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        size += ROUND_SIZE;
        super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitVarInsn(int opcode, int slot) {
        size += slot < 4 ? 1 : slot < 256 ? 2 : 4;
        super.visitVarInsn(opcode, slot);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        size += ROUND_SIZE;
        super.visitTypeInsn(opcode, type);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        size += ROUND_SIZE;
        super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(
            int opcode, String owner, String name, String descriptor, boolean isInterface) {
        size += ROUND_SIZE;
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        size += ROUND_SIZE;
        super.visitJumpInsn(opcode, label);
    }

    @Override
    public void visitLdcInsn(Object value) {
        size += ROUND_SIZE;
        super.visitLdcInsn(value);
    }

    @Override
    public void visitIincInsn(int slot, int increment) {
        size += ROUND_SIZE;
        super.visitIincInsn(slot, increment);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
        size += 16 + 4 * labels.length;
        super.visitTableSwitchInsn(min, max, otherwise, labels);
    }

    // Shorthands

    void load(byte type, int slot) {
        visitVarInsn(Types.opcode(type, Opcodes.ILOAD), slot);
    }

    void store(byte type, int slot) {
        visitVarInsn(Types.opcode(type, Opcodes.ISTORE), slot);
    }

    /** The instance. */
    void loadGuest() {
        visitVarInsn(Opcodes.ALOAD, locals.guest());
    }

    void constant(int value) {
        if (value >= -1 && value <= 5) {
            visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            visitLdcInsn(value);
        }
    }

    void constant(long value) {
        if (value == 0 || value == 1) {
            visitInsn(value == 0 ? Opcodes.LCONST_0 : Opcodes.LCONST_1);
        } else if (value == (int) value) {
            constant((int) value);
            visitInsn(Opcodes.I2L);
        } else {
            visitLdcInsn(value);
        }
    }

    void guestMethod(String name, String descriptor) {
        visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.BASE, name, descriptor, false);
    }

    void staticMethod(String owner, String name, String descriptor) {
        visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }

    /** Turns a value on top of the stack into a long, floats into their bits. */
    void toBits(byte type) {
        switch (type) {
            case Types.I64 -> {}
            case Types.F64 -> staticMethod("java/lang/Double", "doubleToRawLongBits", "(D)J");
            case Types.F32 -> {
                staticMethod("java/lang/Float", "floatToRawIntBits", "(F)I");
                visitInsn(Opcodes.I2L);
            }
            default -> visitInsn(Opcodes.I2L);
        }
    }

    /** The reverse of {@link #toBits}. */
    void fromBits(byte type) {
        switch (type) {
            case Types.I64 -> {}
            case Types.F64 -> staticMethod("java/lang/Double", "longBitsToDouble", "(J)D");
            case Types.F32 -> {
                visitInsn(Opcodes.L2I);
                staticMethod("java/lang/Float", "intBitsToFloat", "(I)F");
            }
            default -> visitInsn(Opcodes.L2I);
        }
    }

    void returnValue(byte[] results) {
        switch (results.length) {
            case 0 -> visitInsn(Opcodes.RETURN);
            case 1 -> visitInsn(Types.opcode(results[0], Opcodes.IRETURN));
            default -> {
                intoArray(results);
                visitInsn(Opcodes.ARETURN);
            }
        }
    }

    /** Packs the values on top of the stack into a new {@code long[]}. */
    void intoArray(byte[] types) {
        constant(types.length);
        visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_LONG);
        int array = locals.temporary(0);
        visitVarInsn(Opcodes.ASTORE, array);
        for (int i = types.length - 1; i >= 0; i--) {
            toBits(types[i]);
            int value = locals.temporary(1);
            store(Types.I64, value);
            visitVarInsn(Opcodes.ALOAD, array);
            constant(i);
            load(Types.I64, value);
            visitInsn(Opcodes.LASTORE);
        }
        visitVarInsn(Opcodes.ALOAD, array);
    }

    /** Unpacks a {@code long[]} on top of the stack. */
    void fromArray(byte[] types) {
        int array = locals.temporary(0);
        visitVarInsn(Opcodes.ASTORE, array);
        for (int i = 0; i < types.length; i++) {
            visitVarInsn(Opcodes.ALOAD, array);
            constant(i);
            visitInsn(Opcodes.LALOAD);
            fromBits(types[i]);
        }
    }

    /** Operands of a moment, to size the stack for calls with many parameters. */
    void needSlots(int slots) {
        mostSlots = Math.max(mostSlots, slots);
    }
}
