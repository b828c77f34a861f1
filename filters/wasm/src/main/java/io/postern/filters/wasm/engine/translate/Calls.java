package io.postern.filters.wasm.engine.translate;

/** Calls, direct and through tables. */
final class Calls {
    private final FunctionState state;
    private final Operands operands;
    private final MethodBody out;
    private final GroupNames groups;

    /** In which class a function is. */
    @FunctionalInterface
    interface GroupNames {
        String of(int function);
    }

    Calls(FunctionState state, GroupNames groups) {
        this.state = state;
        this.groups = groups;
        operands = state.operands;
        out = state.out;
    }

    Signature direct(int function) {
        if (function < 0 || function >= state.module.functions()) {
            throw new InvalidCode("unknown function " + Integer.toUnsignedString(function));
        }
        Signature signature = state.module.signature(function);
        operands.pop(signature.params());
        invoke(groups.of(function), Names.function(function), signature, Names.GUEST_TYPE);
        operands.push(signature.results());
        return signature;
    }

    Signature indirect(int type, int table) {
        checkTable(table, Types.FUNCREF);
        Signature signature = state.module.type(type);
        operands.pop(Types.I32);
        operands.pop(signature.params());
        if (table == 0) {
            out.loadGuest();
            out.visitInsn(org.objectweb.asm.Opcodes.SWAP);
            out.guestMethod("function", "(I)I");
        } else {
            out.loadGuest();
            out.visitInsn(org.objectweb.asm.Opcodes.SWAP);
            out.constant(table);
            out.guestMethod("function", "(II)I");
        }
        String name = IndirectCalls.method(state.module.canonical(type));
        invoke(Names.INDIRECT, name, signature, "I" + Names.GUEST_TYPE);
        operands.push(signature.results());
        return signature;
    }

    private void invoke(String owner, String name, Signature signature, String more) {
        out.needSlots(signature.paramSlots());
        out.loadGuest();
        out.staticMethod(owner, name, signature.descriptor(more));
        if (signature.results().length > 1) {
            out.fromArray(signature.results());
        }
    }

    private void checkTable(int table, byte type) {
        if (table < 0 || table >= state.module.tables.size()) {
            throw new InvalidCode("unknown table " + Integer.toUnsignedString(table));
        }
        if (state.module.tables.get(table) != type) {
            throw new InvalidCode("type mismatch: table of other references");
        }
    }
}
