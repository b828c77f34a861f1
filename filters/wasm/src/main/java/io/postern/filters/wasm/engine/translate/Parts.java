package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/**
 * How the methods of a split function work together. Locals travel in a {@code long[]}: the caller
 * stores those that the part uses and loads those that it sets. A part returns 0 at its end, or the
 * number of a block around it to branch to; what the branch carries is behind the locals.
 */
final class Parts {
    private static final int MOST_CARRIED = 64;

    private final FunctionTranslator function;
    private final FunctionState state;
    private final MethodBody out;
    private final LocalSlots locals;
    private final int start;
    private final List<Integer> exits = new ArrayList<>();
    private @Nullable BitSet written;

    Parts(FunctionTranslator function, FunctionState state) {
        this.function = function;
        this.state = state;
        out = state.out;
        locals = state.out.locals();
        start = state.code.at;
    }

    /** This method is a part that sets these locals. */
    void inPart(BitSet set) {
        written = set;
    }

    /** Whether this method is the part that begins there. */
    boolean startsAt(int position) {
        return written != null && position == start;
    }

    List<Integer> exits() {
        return exits;
    }

    /** Number of the exit to a block around this part, by the block's place. */
    int exit(int block) {
        if (!exits.contains(block)) {
            exits.add(block);
        }
        return exits.indexOf(block);
    }

    void makeFrame() {
        out.constant(locals.count() + MOST_CARRIED);
        out.visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_LONG);
        out.visitVarInsn(Opcodes.ASTORE, locals.frame());
    }

    /** Writes the part and a call of it. */
    FunctionTranslator.Part call(int from, int to, List<Block> around, Regions regions) {
        FunctionTranslator.Part part = function.part(from, to, around, regions);
        part.used().stream().forEach(this::storeLocal);
        out.visitVarInsn(Opcodes.ALOAD, locals.frame());
        out.loadGuest();
        String descriptor = FunctionTranslator.partDescriptor();
        out.staticMethod(function.className(), part.name(), descriptor);
        loadLocals(part.written());
        return part;
    }

    /** Leaves the part this method is. */
    void leave(int number) {
        if (written != null) {
            written.stream().forEach(this::storeLocal);
        }
        out.constant(number);
        out.visitInsn(Opcodes.IRETURN);
    }

    /** Leaves with what a branch carries on top of the stack. */
    void leave(int number, byte[] carried) {
        if (carried.length > MOST_CARRIED) {
            throw new UnsupportedCode("a branch with " + carried.length + " values");
        }
        for (int i = carried.length - 1; i >= 0; i--) {
            out.toBits(carried[i]);
            int value = locals.temporary(0);
            out.store(Types.I64, value);
            out.visitVarInsn(Opcodes.ALOAD, locals.frame());
            out.constant(locals.count() + i);
            out.load(Types.I64, value);
            out.visitInsn(Opcodes.LASTORE);
        }
        leave(number);
    }

    void loadCarried(byte[] carried) {
        for (int i = 0; i < carried.length; i++) {
            load(locals.count() + i, carried[i]);
        }
    }

    void loadLocals(BitSet set) {
        for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
            load(i, locals.type(i));
            out.store(locals.type(i), locals.slot(i));
        }
        state.forgetValues();
    }

    private void load(int index, byte type) {
        out.visitVarInsn(Opcodes.ALOAD, locals.frame());
        out.constant(index);
        out.visitInsn(Opcodes.LALOAD);
        out.fromBits(type);
    }

    private void storeLocal(int local) {
        out.visitVarInsn(Opcodes.ALOAD, locals.frame());
        out.constant(local);
        out.load(locals.type(local), locals.slot(local));
        out.toBits(locals.type(local));
        out.visitInsn(Opcodes.LASTORE);
    }
}
