package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Structured control (core specification, section 4.4.8) as jumps of the JVM. */
final class ControlFlow {
    private final FunctionState state;
    private final Code code;
    private final Operands operands;
    private final MethodBody out;
    private final BodyScan scan;
    private final Parts parts;
    private final @Nullable Dispatch threaded;
    final List<Block> blocks = new ArrayList<>();
    private final Map<Dispatch, Block[]> targets = new HashMap<>();
    private @Nullable Regions trial;
    private @Nullable Dispatch divided;
    private final Segments segments;

    /** The last constant: what the local of a jump table was set to, before a branch to it. */
    private int constant;

    /** {@code threaded}: the jump table whose jumps go straight to their targets. */
    ControlFlow(FunctionState state, BodyScan scan, Parts parts, @Nullable Dispatch threaded) {
        this.state = state;
        this.scan = scan;
        this.parts = parts;
        this.threaded = threaded;
        code = state.code;
        operands = state.operands;
        out = state.out;
        segments = new Segments(this, state, parts);
    }

    Segments segments() {
        return segments;
    }

    void trial(Regions noted) {
        trial = noted;
    }

    /** This jump table's targets are methods of their own. */
    void divided(@Nullable Dispatch dispatch) {
        divided = dispatch;
    }

    boolean isOpen() {
        return !blocks.isEmpty();
    }

    /** Nothing of the innermost block is on the operand stack. */
    boolean atStatement() {
        return operands.size() == blocks.getLast().height;
    }

    void constant(int value) {
        constant = value;
    }

    void translate(int opcode, int position) {
        switch (opcode) {
            case 0x00 -> {
                out.staticMethod(Names.BASE, "unreachable", "()Ljava/lang/RuntimeException;");
                out.visitInsn(Opcodes.ATHROW);
                unreachable();
            }
            case 0x01 -> {}
            case 0x02 -> begin(Block.Kind.BLOCK);
            case 0x03 -> loop(position);
            case 0x04 -> begin(Block.Kind.IF);
            case 0x05 -> otherwise(position);
            case 0x0b -> end(position);
            case 0x0c -> br(block(code.u32()));
            case 0x0d -> brIf(block(code.u32()));
            case 0x0e -> brTable(position);
            case 0x0f -> {
                operands.pop(blocks.getFirst().results);
                operands.push(blocks.getFirst().results);
                leave(blocks.getFirst());
                unreachable();
            }
            default -> throw Immediates.unknown(opcode);
        }
    }

    // Blocks

    /** The blocks around a part or segment. */
    void openAround(List<Block> around) {
        blocks.addAll(around);
        around.getLast().polymorphic = false; // another part may have left it so
        operands.enter(0, false);
    }

    void open(Block block) {
        blocks.add(block);
        operands.enter(block.height, false);
        if (trial != null) {
            trial.enter();
        }
    }

    Block begin(Block.Kind kind) {
        Signature type = state.blockType();
        int jump = Opcodes.IFNE;
        if (kind == Block.Kind.IF) {
            jump = state.takeCondition();
            operands.pop(Types.I32);
        }
        operands.pop(type.params());
        var block = new Block(kind, type.params(), type.results(), operands.size(), !out.live());
        if (kind == Block.Kind.IF) {
            out.visitJumpInsn(FunctionState.negated(jump), block.otherwise);
        }
        open(block);
        operands.push(type.params());
        return block;
    }

    private void loop(int position) {
        Dispatch table = divided;
        if (table != null && table == scan.dispatch(position) && out.live()) {
            segments.divide(table);
            return;
        }
        Block block = begin(Block.Kind.LOOP);
        block.dispatch = scan.dispatch(position);
        if (out.live()) {
            state.place(block.label, operands.size());
            turn();
        }
        block.placed = true;
    }

    // Each turn of a loop comes by: a look at the stop flag after many of them.
    void turn() {
        var goOn = new Label();
        int turns = out.locals().turns();
        out.visitIincInsn(turns, -1);
        out.load(Types.I32, turns);
        out.visitJumpInsn(Opcodes.IFGT, goOn);
        out.loadGuest();
        out.guestMethod("poll", "()I");
        out.store(Types.I32, turns);
        out.place(goOn, operands);
    }

    private void otherwise(int position) {
        Block block = blocks.getLast();
        if (block.kind != Block.Kind.IF) {
            throw new InvalidCode("else without if");
        }
        boolean empty = !out.live() || atStatement();
        popResults(block);
        if (out.live()) {
            out.visitJumpInsn(Opcodes.GOTO, block.label);
            block.targeted = true;
        }
        if (trial != null) {
            trial.leave(position, out.size(), empty);
            trial.enter();
        }
        block.kind = Block.Kind.ELSE;
        block.polymorphic = false;
        operands.enter(block.height, false);
        operands.push(block.params);
        if (!block.dead) {
            state.place(block.otherwise, operands.size());
        }
    }

    private void popResults(Block block) {
        operands.pop(block.results);
        if (operands.size() != block.height) {
            throw new InvalidCode("type mismatch: values remaining on stack at end of block");
        }
    }

    private void end(int position) {
        Block block = blocks.getLast();
        if (block.outer) {
            throw new InvalidCode("unexpected end of part");
        }
        boolean empty = !out.live() || atStatement();
        popResults(block);
        if (block.kind == Block.Kind.IF && !Arrays.equals(block.params, block.results)) {
            throw new InvalidCode("type mismatch: if without else");
        }
        if (trial != null) {
            trial.leave(position, out.size(), empty);
        }
        blocks.removeLast();
        if (!blocks.isEmpty()) {
            Block parent = blocks.getLast();
            operands.enter(parent.height, parent.polymorphic);
        }
        operands.push(block.results);
        if (!block.dead) {
            if (block.kind == Block.Kind.IF) {
                state.place(block.otherwise, operands.size());
            }
            if (block.kind != Block.Kind.LOOP && block.targeted) {
                state.place(block.label, operands.size());
            }
        }
        block.placed = true;
        if (block.kind == Block.Kind.FUNCTION) {
            out.returnValue(block.results);
        }
    }

    /** What follows in this block cannot be reached. */
    void unreachable() {
        Block block = blocks.getLast();
        operands.cut(block.height);
        block.polymorphic = true;
        operands.enter(block.height, true);
        out.live(false);
    }

    // Branches

    private Block block(int depth) {
        int index = blocks.size() - 1 - depth;
        if (depth < 0 || index < 0) {
            throw new InvalidCode("unknown label " + Integer.toUnsignedString(depth));
        }
        return blocks.get(index);
    }

    private void br(Block block) {
        operands.popAndPush(block.branchTypes());
        Block known = threadedTarget(block);
        leave(known == null ? block : known);
        unreachable();
    }

    private @Nullable Block threadedTarget(Block loop) {
        Dispatch dispatch = loop.dispatch;
        if (dispatch == null || dispatch != threaded || !out.live()) {
            return null;
        }
        Block[] table = targets.get(dispatch);
        if (table == null) {
            throw new IllegalStateException("bug: a jump before its table");
        }
        return table[Math.min(constant, table.length - 1)];
    }

    private void brIf(Block block) {
        int jump = state.takeCondition();
        operands.pop(Types.I32);
        operands.popAndPush(block.branchTypes());
        if (!out.live()) {
            return;
        }
        if (isPlainJump(block)) {
            out.visitJumpInsn(jump, block.label);
            block.targeted = true;
        } else {
            var skip = new Label();
            out.visitJumpInsn(FunctionState.negated(jump), skip);
            leave(block);
            out.place(skip, operands);
        }
    }

    /** Whether nothing has to be done but to jump. */
    private boolean isPlainJump(Block block) {
        return !block.outer
                && !isThreadedBack(block)
                && operands.size() - block.branchTypes().length == block.height;
    }

    /** Past the loop's own label, through a jump table that was followed at once. */
    private static boolean isThreadedBack(Block block) {
        return block.placed && block.kind != Block.Kind.LOOP;
    }

    /** Branches to a block; what it carries is on top of the stack. Operands stay noted. */
    void leave(Block block) {
        if (!out.live()) {
            return;
        }
        Segment mine = segments.current();
        if (mine != null && (block == mine.loop() || block.tableValue >= 0)) {
            segments.setTarget(mine.dispatch(), block.tableValue);
            parts.leave(0, Signature.NONE, operands);
            return;
        }
        if (block.outer) {
            parts.leave(1 + parts.exit(blocks.indexOf(block)), block.branchTypes(), operands);
            return;
        }
        unwind(block);
        block.targeted = true;
        if (isThreadedBack(block)) {
            int turns = out.locals().turns();
            out.visitIincInsn(turns, -1);
            out.load(Types.I32, turns);
            out.visitJumpInsn(Opcodes.IFGT, block.label);
            out.loadGuest();
            out.guestMethod("poll", "()I");
            out.store(Types.I32, turns);
        }
        out.visitJumpInsn(Opcodes.GOTO, block.label);
    }

    // Removes what lies between the block's own operands and what the branch carries.
    private void unwind(Block block) {
        byte[] carried = block.branchTypes();
        int top = operands.size() - carried.length;
        if (top == block.height) {
            return;
        }
        for (int i = carried.length - 1; i >= 0; i--) {
            out.store(carried[i], out.locals().temporary(i));
        }
        for (int i = top - 1; i >= block.height; i--) {
            boolean wide = Types.slots(operands.type(i)) == 2;
            out.visitInsn(wide ? Opcodes.POP2 : Opcodes.POP);
        }
        for (int i = 0; i < carried.length; i++) {
            out.load(carried[i], out.locals().temporary(i));
        }
    }

    private void brTable(int position) {
        int count = code.u32();
        if (count < 0 || count > code.end - code.at) {
            throw new InvalidCode("unexpected end");
        }
        var found = new Block[count + 1];
        for (int i = 0; i <= count; i++) {
            found[i] = block(code.u32());
        }
        operands.pop(Types.I32);
        int arity = found[count].branchTypes().length;
        for (Block block : found) {
            if (block.branchTypes().length != arity) {
                throw new InvalidCode("type mismatch: labels of different arity");
            }
            operands.check(block.branchTypes());
        }
        if (out.live()) {
            Dispatch dispatch = scan.dispatch(position);
            if (dispatch != null && dispatch == threaded) {
                startThread(dispatch, found);
            } else {
                jumpTable(found);
            }
        }
        unreachable();
    }

    // Straight to the beginning: the method is not entered at another place.
    private void startThread(Dispatch dispatch, Block[] table) {
        targets.put(dispatch, table);
        dispatch.jumps.stream()
                .forEach(value -> table[Math.min(value, table.length - 1)].targeted = true);
        out.visitInsn(Opcodes.POP);
        leave(table[0]);
    }

    private void jumpTable(Block[] table) {
        Map<Block, Label> stubs = new HashMap<>();
        var labels = new Label[table.length];
        for (int i = 0; i < table.length; i++) {
            Block block = table[i];
            if (isPlainJump(block)) {
                block.targeted = true;
                labels[i] = block.label;
            } else {
                labels[i] = stubs.computeIfAbsent(block, _ -> new Label());
            }
        }
        int last = labels.length - 1;
        if (last == 0) {
            out.visitInsn(Opcodes.POP);
            out.visitJumpInsn(Opcodes.GOTO, labels[0]);
        } else {
            out.visitTableSwitchInsn(0, last - 1, labels[last], Arrays.copyOf(labels, last));
        }
        stubs.forEach((block, label) -> {
            out.place(label, operands);
            leave(block);
        });
    }
}
