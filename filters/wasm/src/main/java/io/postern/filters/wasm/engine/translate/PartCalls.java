package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Calls of the parts of a split function. */
final class PartCalls {
    private final ControlFlow flow;
    private final FunctionState state;
    private final Code code;
    private final Operands operands;
    private final MethodBody out;
    private final Parts parts;

    PartCalls(ControlFlow flow, FunctionState state, Parts parts) {
        this.flow = flow;
        this.state = state;
        this.parts = parts;
        code = state.code;
        operands = state.operands;
        out = state.out;
    }

    /** Calls the part that begins here, and does what it asks for. */
    void call(int end, Regions regions) {
        List<Block> around = new ArrayList<>();
        flow.blocks.forEach(block -> around.add(block.outside()));
        FunctionTranslator.Part part = parts.call(code.at, end, around, regions);
        code.at = end;
        state.forgetValues();
        if (part.exits().isEmpty()) {
            out.visitInsn(Opcodes.POP);
        } else {
            followExits(part.exits());
        }
        if (part.endsDead()) {
            out.staticMethod(Names.BASE, "unreachable", "()Ljava/lang/RuntimeException;");
            out.visitInsn(Opcodes.ATHROW);
            flow.unreachable();
        }
    }

    private void followExits(List<Integer> exits) {
        var goOn = new Label();
        var labels = new Label[exits.size()];
        Arrays.setAll(labels, _ -> new Label());
        out.visitTableSwitchInsn(1, labels.length, goOn, labels);
        int height = operands.size();
        for (int i = 0; i < labels.length; i++) {
            Block block = flow.blocks.get(exits.get(i));
            out.place(labels[i], operands);
            parts.loadCarried(block.branchTypes());
            operands.push(block.branchTypes());
            flow.leave(block);
            operands.cut(height);
        }
        out.place(goOn, operands);
    }
}
