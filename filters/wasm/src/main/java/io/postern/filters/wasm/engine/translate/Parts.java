package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
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
    private List<Integer> exits = new ArrayList<>();
    private final Label epilogue = new Label();
    private boolean left;
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
        call(part);
        return part;
    }

    /** All segments of a jump table number their exits together. */
    void shareExits(List<Integer> shared) {
        exits = shared;
    }

    /** Writes a segment and a call of it; the locals are in the frame. */
    void call(Segment segment, List<Block> around, List<Integer> shared) {
        invoke(function.segment(segment, around, shared));
    }

    void storeLocals() {
        for (int i = 0; i < locals.count(); i++) {
            storeLocal(i);
        }
    }

    void loadLocals() {
        var all = new BitSet();
        all.set(0, locals.count());
        loadLocals(all);
    }

    /** Only the local of a jump table. */
    void loadLocal(int local) {
        load(local, locals.type(local));
        out.store(locals.type(local), locals.slot(local));
    }

    int endOfSegment(Dispatch table, int first) {
        return function.endOfSegment(table, first);
    }

    private void call(FunctionTranslator.Part part) {
        part.used().stream().forEach(this::storeLocal);
        invoke(part);
        loadLocals(part.written());
    }

    private void invoke(FunctionTranslator.Part part) {
        out.visitVarInsn(Opcodes.ALOAD, locals.frame());
        out.loadGuest();
        String descriptor = FunctionTranslator.partDescriptor();
        out.staticMethod(function.className(), part.name(), descriptor);
    }

    /** Leaves at the end of the part this method is, if that is reached, and ends the method. */
    void end(Operands operands) {
        if (out.live()) {
            out.constant(0);
            out.store(Types.I32, locals.temporary(0));
        }
        if (left || out.live()) {
            operands.cut(0);
            out.placeAtEnd(epilogue);
            if (written != null) {
                written.stream().forEach(this::storeLocal);
            }
            out.load(Types.I32, locals.temporary(0));
            out.visitInsn(Opcodes.IRETURN);
        }
    }

    /** Leaves with what a branch carries on top of the operands. */
    void leave(int number, byte[] carried, Operands operands) {
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
        for (int i = operands.size() - carried.length - 1; i >= 0; i--) {
            boolean wide = Types.slots(operands.type(i)) == 2;
            out.visitInsn(wide ? Opcodes.POP2 : Opcodes.POP);
        }
        out.constant(number);
        out.store(Types.I32, locals.temporary(0));
        out.visitJumpInsn(Opcodes.GOTO, epilogue);
        left = true;
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
