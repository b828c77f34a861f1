package io.postern.filters.wasm.engine.translate;

import java.util.BitSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** What the translators of the instruction families share while one method is written. */
final class FunctionState {
    private static final int NO_CONDITION = -1;

    final ModuleShape module;
    final Code code;
    final Operands operands = new Operands();
    final MethodBody out;

    /** Instructions since the last charge; see {@link TranslatorOptions#fuel}. */
    int cost;

    private final int[] origins;
    private final BitSet notNegative = new BitSet();
    private int lastOrigin = Operands.SMALL;

    /** JVM jump that is taken when the i32 on top is not 0: its operands are still on the stack. */
    private int condition = NO_CONDITION;

    FunctionState(ModuleShape module, Code code, MethodBody out) {
        this.module = module;
        this.code = code;
        this.out = out;
        origins = new int[out.locals().count()];
        notNegative.set(Operands.SMALL);
    }

    // Values

    /** The origin of what a local holds now. */
    int originOf(int local) {
        if (origins[local] == 0) {
            origins[local] = newOrigin();
        }
        return origins[local];
    }

    void setOrigin(int local, int origin) {
        origins[local] = origin;
    }

    int newOrigin() {
        return ++lastOrigin;
    }

    boolean isNotNegative(int origin) {
        return notNegative.get(origin);
    }

    void provenNotNegative(int origin) {
        if (origin != 0) {
            notNegative.set(origin);
        }
    }

    /** Paths meet here: what one of them knew does not count. */
    void forgetValues() {
        java.util.Arrays.fill(origins, 0);
        notNegative.clear();
        notNegative.set(Operands.SMALL);
    }

    /** Places a label where paths meet. */
    void place(Label label, int operandCount) {
        forgetValues();
        out.place(label, operands, operandCount);
    }

    // Conditions: a comparison and the branch on it become one JVM jump

    /** The i32 on the operand stack is whether {@code jump} would jump. */
    void condition(int jump) {
        condition = out.live() ? jump : NO_CONDITION;
    }

    /** Takes the jump for "not 0", over the i32 itself when nothing is pending. */
    int takeCondition() {
        int jump = condition == NO_CONDITION ? Opcodes.IFNE : condition;
        condition = NO_CONDITION;
        return jump;
    }

    boolean hasCondition() {
        return condition != NO_CONDITION;
    }

    /** Turns what is pending into 0 or 1; the i32 is on the operand stack already. */
    void settleCondition() {
        if (condition == NO_CONDITION) {
            return;
        }
        int jump = takeCondition();
        var yes = new Label();
        var end = new Label();
        int below = operands.size() - 1;
        out.visitJumpInsn(jump, yes);
        out.constant(0);
        out.visitJumpInsn(Opcodes.GOTO, end);
        out.place(yes, operands, below);
        out.constant(1);
        out.place(end, operands, below + 1);
    }

    static int negated(int jump) {
        // IFEQ/IFNE, IFLT/IFGE, IFGT/IFLE and the same for two ints are neighbours
        return ((jump - Opcodes.IFEQ) ^ 1) + Opcodes.IFEQ;
    }

    // Checks

    void requireMemory() {
        if (!module.hasMemory) {
            throw new InvalidCode("unknown memory 0");
        }
    }

    /** The type of the block that begins here. */
    Signature blockType() {
        int first = code.peek();
        if (first == 0x40) {
            code.octet();
            return Signature.VOID;
        }
        if (first >= 0x40 && first < 0x80) {
            return new Signature(Signature.NONE, new byte[] {Types.of(code.octet())});
        }
        long index = code.s33();
        return module.type((int) Math.min(index, Integer.MAX_VALUE));
    }
}
