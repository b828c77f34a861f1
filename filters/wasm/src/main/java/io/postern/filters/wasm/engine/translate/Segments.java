package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** The loop around a large jump table, as a switch over methods that hold some targets each. */
final class Segments {
    private final ControlFlow flow;
    private final FunctionState state;
    private final Code code;
    private final Operands operands;
    private final MethodBody out;
    private final Parts parts;
    private @Nullable Segment current;

    Segments(ControlFlow flow, FunctionState state, Parts parts) {
        this.flow = flow;
        this.state = state;
        this.parts = parts;
        code = state.code;
        operands = state.operands;
        out = state.out;
    }

    /** The segment that is being translated; null outside of one. */
    @Nullable Segment current() {
        return current;
    }

    /** Puts the divided loop that begins here into methods of segments. */
    void divide(Dispatch table) {
        Block loop = flow.begin(Block.Kind.LOOP);
        int loopAt = flow.blocks.size() - 1;
        parts.storeLocals();
        state.place(loop.label, operands.size());
        flow.turn();
        parts.loadLocal(table.local);
        loop.placed = true;
        for (int i = 0; i < table.blocks; i++) {
            code.octet();
            flow.begin(Block.Kind.BLOCK);
        }
        List<Block> around = new ArrayList<>();
        flow.blocks.forEach(block -> around.add(block.outside()));
        for (int i = 0; i < table.blocks; i++) {
            around.get(around.size() - 1 - i).tableValue = table.valueOf(i);
        }
        List<Integer> firsts = new ArrayList<>();
        for (int first = 0; first < table.blocks; first = parts.endOfSegment(table, first)) {
            firsts.add(first);
        }
        var labels = new Label[firsts.size()];
        Arrays.setAll(labels, _ -> new Label());
        switchToSegment(table, firsts, labels);
        List<Integer> exits = new ArrayList<>();
        var called = new Label();
        for (int i = 0; i < labels.length; i++) {
            int first = firsts.get(i);
            int next = i + 1 < labels.length ? firsts.get(i + 1) : table.blocks;
            out.place(labels[i], operands);
            List<Block> outside = around.subList(0, loopAt + 1 + table.blocks - next);
            var one = new Segment(table, first, next - first - 1, around.get(loopAt));
            parts.call(one, outside, exits);
            out.visitJumpInsn(Opcodes.GOTO, called);
        }
        var after = new Label();
        followSegments(exits, loopAt, called, loop.label, after);
        closeSegments(loopAt, table, after, exits.contains(loopAt));
    }

    private void switchToSegment(Dispatch table, List<Integer> firsts, Label[] labels) {
        if (table.isInOrder()) {
            for (int i = labels.length - 1; i > 0; i--) {
                out.load(Types.I32, out.locals().slot(table.local));
                out.constant(firsts.get(i) + Integer.MIN_VALUE);
                out.visitInsn(Opcodes.SWAP);
                out.visitLdcInsn(Integer.MIN_VALUE);
                out.visitInsn(Opcodes.IADD);
                out.visitJumpInsn(Opcodes.IF_ICMPLE, labels[i]);
            }
            out.visitJumpInsn(Opcodes.GOTO, labels[0]);
            return;
        }
        out.load(Types.I32, out.locals().slot(table.local));
        var found = new Label[table.table.length];
        for (int i = 0; i < found.length; i++) {
            int number = Collections.binarySearch(firsts, table.table[i]);
            found[i] = labels[number < 0 ? -number - 2 : number];
        }
        int last = found.length - 1;
        out.visitTableSwitchInsn(
                0, Math.max(0, last - 1), found[last], Arrays.copyOf(found, Math.max(1, last)));
    }

    private void followSegments(
            List<Integer> exits, int loopAt, Label called, Label again, Label after) {
        operands.push(Types.I32);
        out.place(called, operands);
        operands.pop();
        var labels = new Label[exits.size()];
        Arrays.setAll(labels, i -> exits.get(i) == loopAt ? after : new Label());
        if (labels.length == 0) {
            out.visitInsn(Opcodes.POP);
            out.visitJumpInsn(Opcodes.GOTO, again);
        } else {
            out.visitTableSwitchInsn(1, labels.length, again, labels);
        }
        int height = operands.size();
        for (int i = 0; i < labels.length; i++) {
            if (exits.get(i) != loopAt) {
                Block block = flow.blocks.get(exits.get(i));
                out.place(labels[i], operands);
                parts.loadLocals();
                parts.loadCarried(block.branchTypes());
                operands.push(block.branchTypes());
                flow.leave(block);
                operands.cut(height);
            }
        }
    }

    // Behind the loop, whose end falls through only from the last segment.
    private void closeSegments(int loopAt, Dispatch table, Label after, boolean reachesEnd) {
        flow.blocks.subList(loopAt, flow.blocks.size()).clear();
        Block parent = flow.blocks.getLast();
        operands.enter(parent.height, parent.polymorphic);
        code.at = table.loopEnd + 1;
        state.forgetValues();
        if (reachesEnd) {
            out.place(after, operands);
            parts.loadLocals();
        } else {
            out.live(false);
        }
    }

    /** In the method of a segment: to its target that the local says. */
    void begin(Segment mine) {
        current = mine;
        Dispatch table = mine.dispatch();
        var inside = new Block[mine.inside() + 1];
        var start = new Label();
        for (int i = mine.inside(); i > 0; i--) {
            inside[i] = new Block(Block.Kind.BLOCK, Signature.NONE, Signature.NONE, 0, false);
            inside[i].targeted = true;
            flow.open(inside[i]);
        }
        if (mine.inside() > 0) {
            var keys = new ArrayList<Integer>();
            var labels = new ArrayList<Label>();
            for (int value = 0; value < table.table.length; value++) {
                int number = table.table[value] - mine.first();
                if (number > 0 && number < inside.length) {
                    keys.add(value);
                    labels.add(inside[number].label);
                }
            }
            out.load(Types.I32, out.locals().slot(table.local));
            ModuleTranslator.bestSwitch(out, keys, labels.toArray(Label[]::new), start);
        }
        state.place(start, operands.size());
    }

    /** At the end of a segment's code: on to the next one, or out of the loop. */
    void end(Segment mine) {
        if (!out.live()) {
            return;
        }
        if (operands.size() != 0) {
            throw new InvalidCode("type mismatch: values remaining on stack at end of block");
        }
        if (mine.isLast()) {
            parts.leave(1 + parts.exit(flow.blocks.indexOf(mine.loop())), Signature.NONE, operands);
            out.live(false);
        } else {
            setTarget(mine.dispatch(), mine.nextValue());
        }
    }

    /** Sets the local of the jump table; -1: it stays. */
    void setTarget(Dispatch table, int value) {
        if (value >= 0) {
            out.constant(value);
            out.store(Types.I32, out.locals().slot(table.local));
        }
    }
}
