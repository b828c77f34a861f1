package io.postern.filters.wasm.engine.translate;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Writes one method: reads instructions, checks them (core specification, section 3.3) and hands
 * them to the translators of their families. Control instructions are in {@link ControlFlow}.
 */
final class MethodTranslator {
    private final FunctionTranslator function;
    private final FunctionState state;
    private final Code code;
    private final Operands operands;
    private final MethodBody out;
    private final BodyScan scan;
    private final @Nullable Regions regions;
    private final FunctionTranslator.@Nullable Resume resume;
    private final ControlFlow control;
    private final Parts parts;
    private final Variables variables;
    private final MemoryAccess memory;
    private final Numeric numeric;
    private final Calls calls;
    private final BulkOperations bulk;
    private @Nullable Regions trial;

    MethodTranslator(
            FunctionTranslator function,
            FunctionState state,
            BodyScan scan,
            @Nullable Regions regions,
            FunctionTranslator.@Nullable Resume resume) {
        this.function = function;
        this.state = state;
        this.scan = scan;
        this.regions = regions;
        this.resume = resume;
        code = state.code;
        operands = state.operands;
        out = state.out;
        parts = new Parts(function, state);
        control = new ControlFlow(state, scan, parts, resume == null ? null : resume.dispatch());
        control.divided(function.segmented());
        variables = new Variables(state);
        memory = new MemoryAccess(state);
        numeric = new Numeric(state);
        calls = new Calls(state, function.groups());
        bulk = new BulkOperations(state);
    }

    /** Notes where the function can be divided. */
    MethodTranslator trial(Regions noted) {
        trial = noted;
        control.trial(noted);
        return this;
    }

    /** The whole function. */
    void function() {
        Signature signature = function.signature();
        if (resume != null) {
            resumeElsewhere(resume, signature);
        }
        clearLocals(signature.params().length);
        stopHere();
        var body = new Block(Block.Kind.FUNCTION, Signature.NONE, signature.results(), 0, false);
        control.open(body);
        while (control.isOpen()) {
            step();
        }
        if (code.hasMore()) {
            throw new InvalidCode("unexpected end of function");
        }
    }

    /** A part; true when its end cannot be reached. */
    boolean part(List<Block> around, BitSet used, BitSet written) {
        parts.inPart(written);
        parts.loadLocals(used);
        out.constant(GuestCode.TURNS);
        out.store(Types.I32, out.locals().turns());
        control.openAround(around);
        while (code.hasMore()) {
            step();
        }
        state.settleCondition();
        boolean endsDead = !out.live();
        chargeFuel();
        parts.end(operands);
        return endsDead;
    }

    /** A segment of a jump table. */
    void segment(
            Segment segment,
            List<Block> around,
            BitSet used,
            BitSet written,
            List<Integer> sharedExits) {
        parts.shareExits(sharedExits);
        parts.inPart(written);
        parts.loadLocals(used);
        out.constant(GuestCode.TURNS);
        out.store(Types.I32, out.locals().turns());
        control.openAround(around);
        control.segments().begin(segment);
        while (code.hasMore()) {
            step();
        }
        state.settleCondition();
        chargeFuel();
        control.segments().end(segment);
        parts.end(operands);
    }

    /** Places among the blocks around a part to which it branches. */
    List<Integer> exits() {
        return parts.exits();
    }

    private void resumeElsewhere(FunctionTranslator.Resume elsewhere, Signature signature) {
        var beginning = new Label();
        out.load(Types.I32, 0);
        out.visitJumpInsn(Opcodes.IFEQ, beginning);
        for (int i = 0; i < signature.params().length; i++) {
            out.load(signature.params()[i], out.locals().slot(i));
        }
        out.loadGuest();
        String descriptor = signature.descriptor(Names.GUEST_TYPE);
        out.staticMethod(elsewhere.owner(), elsewhere.method(), descriptor);
        out.visitInsn(
                signature.results().length == 0
                        ? Opcodes.RETURN
                        : signature.results().length > 1
                                ? Opcodes.ARETURN
                                : Types.opcode(signature.results()[0], Opcodes.IRETURN));
        out.placeAtStart(beginning, signature.params().length);
    }

    private void clearLocals(int parameters) {
        LocalSlots locals = out.locals();
        for (int i = parameters; i < locals.count(); i++) {
            switch (locals.type(i)) {
                case Types.I32 -> out.visitInsn(Opcodes.ICONST_0);
                case Types.I64 -> out.visitInsn(Opcodes.LCONST_0);
                case Types.F32 -> out.visitInsn(Opcodes.FCONST_0);
                case Types.F64 -> out.visitInsn(Opcodes.DCONST_0);
                default -> out.visitInsn(Opcodes.ICONST_M1);
            }
            out.store(locals.type(i), locals.slot(i));
        }
        if (locals.frame() >= 0) {
            parts.makeFrame();
        }
        out.constant(GuestCode.TURNS);
        out.store(Types.I32, locals.turns());
    }

    // Recursion is a loop, too. A function that calls nothing cannot be part of it.
    private void stopHere() {
        if (!scan.calls) {
            return;
        }
        var goOn = new Label();
        out.loadGuest();
        out.visitFieldInsn(Opcodes.GETFIELD, Names.BASE, "stop", "Z");
        out.visitJumpInsn(Opcodes.IFEQ, goOn);
        out.loadGuest();
        out.guestMethod("stopped", "()Ljava/lang/RuntimeException;");
        out.visitInsn(Opcodes.ATHROW);
        out.place(goOn, operands);
    }

    private void step() {
        int position = code.at;
        if (out.live() && control.atStatement() && !state.hasCondition()) {
            if (trial != null) {
                trial.boundary(position, out.size());
            }
            if (regions != null && callsPart(regions, position)) {
                return;
            }
        }
        int opcode = code.octet();
        state.cost++;
        if (state.hasCondition() && !takesCondition(opcode)) {
            state.settleCondition();
        }
        if (function.options().fuel() && endsBasicBlock(opcode)) {
            chargeFuel();
        }
        translate(opcode, position);
    }

    private boolean callsPart(Regions divided, int position) {
        Integer end = divided.end(position);
        if (end == null || parts.startsAt(position)) {
            return false;
        }
        chargeFuel();
        new PartCalls(control, state, parts).call(end, divided);
        return true;
    }

    private static boolean takesCondition(int opcode) {
        return opcode == 0x0d || opcode == 0x04 || opcode == 0x45 || opcode == 0x1b;
    }

    private static boolean endsBasicBlock(int opcode) {
        return (opcode >= 0x02 && opcode <= 0x13) || opcode == 0x40;
    }

    // The condition of a branch may be pending; what is charged comes before it then.
    private void chargeFuel() {
        if (function.options().fuel() && state.cost > 0) {
            out.loadGuest();
            out.constant(state.cost);
            out.guestMethod("burn", "(I)V");
        }
        state.cost = 0;
    }

    private void translate(int opcode, int position) {
        switch (opcode) {
            case 0x1a -> variables.drop();
            case 0x1b -> variables.select(false);
            case 0x1c -> variables.select(true);
            case 0x20 -> variables.get(code.u32());
            case 0x21 -> variables.set(code.u32());
            case 0x22 -> variables.tee(code.u32());
            case 0x23 -> variables.getGlobal(code.u32());
            case 0x24 -> variables.setGlobal(code.u32());
            case 0x25 -> bulk.tableGet();
            case 0x26 -> bulk.tableSet();
            case 0x3f -> bulk.memorySize();
            case 0x40 -> bulk.memoryGrow();
            case 0x41 -> {
                int value = code.s32();
                control.constant(value);
                variables.constant(value);
            }
            case 0x42 -> variables.constant(code.s64());
            case 0x43 -> variables.constantFloat(code.fixed32());
            case 0x44 -> variables.constantDouble(code.fixed64());
            case 0x45 -> zeroTest();
            case 0xd0 -> variables.nullReference();
            case 0xd1 -> variables.isNull();
            case 0xd2 -> variables.function(code.u32());
            case 0xfc -> {
                int bulkOpcode = code.u32();
                if (bulkOpcode >= 0 && bulkOpcode < 8) {
                    numeric.translateSaturating(bulkOpcode);
                } else {
                    bulk.translate(bulkOpcode);
                }
            }
            default -> more(opcode, position);
        }
    }

    private void more(int opcode, int position) {
        if (opcode <= 0x0f) {
            control.translate(opcode, position);
        } else if (opcode <= 0x13) {
            call(opcode);
        } else if (opcode >= 0x28 && opcode <= 0x3e) {
            memory.translate(opcode);
        } else if (opcode >= 0x46 && opcode <= 0xc4) {
            numeric.translate(opcode);
        } else {
            throw Immediates.unknown(opcode);
        }
    }

    private void call(int opcode) {
        Signature called;
        if ((opcode & 1) == 0) {
            called = calls.direct(code.u32());
        } else {
            int type = code.u32();
            called = calls.indirect(type, code.u32());
        }
        if (opcode >= 0x12) { // a tail call: the JVM has none
            if (!new Signature(Signature.NONE, called.results())
                    .equals(new Signature(Signature.NONE, function.signature().results()))) {
                throw new InvalidCode("type mismatch in tail call");
            }
            control.translate(0x0f, code.at);
        }
    }

    // i32.eqz of a comparison turns it round.
    private void zeroTest() {
        if (state.hasCondition()) {
            state.condition(FunctionState.negated(state.takeCondition()));
        } else {
            numeric.translate(0x45);
        }
    }
}
