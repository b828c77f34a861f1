package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Locals, globals, constants, drop and select, references. */
final class Variables {
    private final FunctionState state;
    private final Operands operands;
    private final MethodBody out;
    private final LocalSlots locals;

    Variables(FunctionState state) {
        this.state = state;
        operands = state.operands;
        out = state.out;
        locals = state.out.locals();
    }

    void get(int local) {
        byte type = locals.type(local);
        out.load(type, locals.slot(local));
        operands.push(type, state.originOf(local));
    }

    void set(int local) {
        byte type = locals.type(local);
        int origin = operands.originAt(0);
        operands.pop(type);
        out.store(type, locals.slot(local));
        state.setOrigin(local, origin);
    }

    void tee(int local) {
        byte type = locals.type(local);
        int origin = operands.originAt(0);
        operands.pop(type);
        if (origin == 0) {
            origin = state.newOrigin();
        }
        out.visitInsn(Types.slots(type) == 2 ? Opcodes.DUP2 : Opcodes.DUP);
        out.store(type, locals.slot(local));
        state.setOrigin(local, origin);
        operands.push(type, origin);
    }

    private ModuleShape.Global global(int index) {
        if (index < 0 || index >= state.module.globals.size()) {
            throw new InvalidCode("unknown global " + Integer.toUnsignedString(index));
        }
        return state.module.globals.get(index);
    }

    void getGlobal(int index) {
        byte type = global(index).type();
        out.loadGuest();
        String descriptor = String.valueOf(Types.descriptor(type));
        out.visitFieldInsn(Opcodes.GETFIELD, Names.GUEST, "g" + index, descriptor);
        operands.push(type);
    }

    void setGlobal(int index) {
        ModuleShape.Global global = global(index);
        if (!global.mutable()) {
            throw new InvalidCode("global is immutable");
        }
        operands.pop(global.type());
        out.loadGuest();
        if (Types.slots(global.type()) == 2) {
            out.visitInsn(Opcodes.DUP_X2);
            out.visitInsn(Opcodes.POP);
        } else {
            out.visitInsn(Opcodes.SWAP);
        }
        String descriptor = String.valueOf(Types.descriptor(global.type()));
        out.visitFieldInsn(Opcodes.PUTFIELD, Names.GUEST, "g" + index, descriptor);
    }

    void constant(int value) {
        out.constant(value);
        operands.push(Types.I32, value >= 0 ? Operands.SMALL : 0);
    }

    void constant(long value) {
        out.constant(value);
        operands.push(Types.I64);
    }

    void constantFloat(int bits) {
        float value = Float.intBitsToFloat(bits);
        if (Float.isNaN(value)) { // which bits a NaN has must survive
            out.constant(bits);
            out.staticMethod("java/lang/Float", "intBitsToFloat", "(I)F");
        } else {
            out.visitLdcInsn(value);
        }
        operands.push(Types.F32);
    }

    void constantDouble(long bits) {
        double value = Double.longBitsToDouble(bits);
        if (Double.isNaN(value)) {
            out.constant(bits);
            out.staticMethod("java/lang/Double", "longBitsToDouble", "(J)D");
        } else {
            out.visitLdcInsn(value);
        }
        operands.push(Types.F64);
    }

    void drop() {
        out.visitInsn(Types.slots(operands.pop()) == 2 ? Opcodes.POP2 : Opcodes.POP);
    }

    /** With one type given, or any numeric one. */
    void select(boolean typed) {
        byte given = Types.ANY;
        if (typed) {
            if (state.code.u32() != 1) {
                throw new InvalidCode("invalid result arity");
            }
            given = Types.of(state.code.octet());
        }
        int jump = state.takeCondition();
        operands.pop(Types.I32);
        byte second = operands.pop();
        byte first = operands.pop();
        byte type = given == Types.ANY ? selected(first, second) : given;
        check(first, type);
        check(second, type);
        operands.push(type);
        operands.push(type);
        if (out.live()) {
            select(jump, Types.slots(type) == 2);
        }
        operands.pop();
    }

    private static byte selected(byte first, byte second) {
        if (Types.isReference(first) || Types.isReference(second)) {
            throw new InvalidCode("type mismatch: select without a type on references");
        }
        return first == Types.ANY ? second : first;
    }

    private static void check(byte actual, byte expected) {
        if (actual != Types.ANY && expected != Types.ANY && actual != expected) {
            throw new InvalidCode("type mismatch in select");
        }
    }

    private void select(int jump, boolean wide) {
        var first = new Label();
        var end = new Label();
        out.visitJumpInsn(jump, first);
        out.visitInsn(wide ? Opcodes.DUP2_X2 : Opcodes.SWAP);
        out.visitInsn(wide ? Opcodes.POP2 : Opcodes.POP);
        if (wide) {
            out.visitInsn(Opcodes.POP2);
        }
        out.visitJumpInsn(Opcodes.GOTO, end);
        out.place(first, operands, operands.size());
        out.visitInsn(wide ? Opcodes.POP2 : Opcodes.POP);
        out.place(end, operands, operands.size() - 1);
    }

    void nullReference() {
        byte type = Types.of(state.code.octet());
        if (!Types.isReference(type)) {
            throw new InvalidCode("malformed reference type");
        }
        out.constant(-1);
        operands.push(type);
    }

    void isNull() {
        byte type = operands.pop();
        if (type != Types.ANY && !Types.isReference(type)) {
            throw new InvalidCode("type mismatch: expected a reference");
        }
        out.constant(-1);
        operands.push(Types.I32, Operands.SMALL);
        state.condition(Opcodes.IF_ICMPEQ);
    }

    void function(int index) {
        if (index < 0 || index >= state.module.functions()) {
            throw new InvalidCode("unknown function " + Integer.toUnsignedString(index));
        }
        if (!state.module.referenced.get(index)) {
            throw new InvalidCode("undeclared function reference");
        }
        out.constant(index);
        operands.push(Types.FUNCREF);
    }
}
