package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.Opcodes;

/** Memory size and bulk instructions, tables: calls of {@link GuestCode}, all of them. */
final class BulkOperations {
    private static final byte[] THREE = {Types.I32, Types.I32, Types.I32};

    private final FunctionState state;
    private final Operands operands;
    private final MethodBody out;

    BulkOperations(FunctionState state) {
        this.state = state;
        operands = state.operands;
        out = state.out;
    }

    void memorySize() {
        memory(state.code.octet());
        out.loadGuest();
        out.visitFieldInsn(Opcodes.GETFIELD, Names.BASE, "memory", "[B");
        out.visitInsn(Opcodes.ARRAYLENGTH);
        out.constant(16);
        out.visitInsn(Opcodes.IUSHR);
        operands.push(Types.I32);
    }

    void memoryGrow() {
        memory(state.code.octet());
        operands.pop(Types.I32);
        call("grow", "I", 'I');
        operands.push(Types.I32);
    }

    void translate(int opcode) {
        switch (opcode) {
            case 8 -> {
                int segment = dataSegment();
                memory(state.code.octet());
                three();
                out.constant(segment);
                call("memoryInit", "IIII", 'V');
            }
            case 9 -> {
                out.constant(dataSegment());
                call("dropData", "I", 'V');
            }
            case 10 -> {
                memory(state.code.octet());
                memory(state.code.octet());
                three();
                call("memoryCopy", "III", 'V');
            }
            case 11 -> {
                memory(state.code.octet());
                three();
                call("memoryFill", "III", 'V');
            }
            case 12 -> tableInit();
            case 13 -> {
                out.constant(elementSegment());
                call("dropElements", "I", 'V');
            }
            case 14 -> tableCopy();
            case 15 -> tableGrow();
            case 16 -> {
                int table = table();
                out.constant(table);
                call("tableSize", "I", 'I');
                operands.push(Types.I32);
            }
            case 17 -> tableFill();
            default -> throw new UnsupportedCode("opcode 0xfc " + opcode);
        }
    }

    void tableGet() {
        int table = table();
        operands.pop(Types.I32);
        out.constant(table);
        call("tableGet", "II", 'I');
        operands.push(state.module.tables.get(table));
    }

    void tableSet() {
        int table = table();
        operands.pop(state.module.tables.get(table));
        operands.pop(Types.I32);
        out.constant(table);
        call("tableSet", "III", 'V');
    }

    private void tableInit() {
        int segment = elementSegment();
        int table = table();
        if (!state.module.elements.get(segment).equals(state.module.tables.get(table))) {
            throw new InvalidCode("type mismatch: segment of other references");
        }
        three();
        out.constant(segment);
        out.constant(table);
        call("tableInit", "IIIII", 'V');
    }

    private void tableCopy() {
        int target = table();
        int source = table();
        if (!state.module.tables.get(target).equals(state.module.tables.get(source))) {
            throw new InvalidCode("type mismatch: tables of different references");
        }
        three();
        out.constant(target);
        out.constant(source);
        call("tableCopy", "IIIII", 'V');
    }

    private void tableGrow() {
        int table = table();
        operands.pop(Types.I32);
        operands.pop(state.module.tables.get(table));
        out.constant(table);
        call("tableGrow", "III", 'I');
        operands.push(Types.I32);
    }

    private void tableFill() {
        int table = table();
        operands.pop(Types.I32);
        operands.pop(state.module.tables.get(table));
        operands.pop(Types.I32);
        out.constant(table);
        call("tableFill", "IIII", 'V');
    }

    private void three() {
        operands.pop(THREE);
    }

    // The instance has to come before the arguments, which are on the JVM's stack already.
    private void call(String name, String arguments, char result) {
        int count = arguments.length();
        for (int i = 0; i < count; i++) {
            out.store(Types.I32, out.locals().temporary(i));
        }
        out.loadGuest();
        for (int i = count - 1; i >= 0; i--) {
            out.load(Types.I32, out.locals().temporary(i));
        }
        out.guestMethod(name, "(" + arguments + ")" + result);
    }

    private void memory(int index) {
        if (index != 0) {
            throw new InvalidCode("zero byte expected");
        }
        state.requireMemory();
    }

    private int dataSegment() {
        int segment = state.code.u32();
        if (state.module.dataCount < 0) {
            throw new InvalidCode("data count section required");
        }
        if (segment < 0 || segment >= state.module.dataCount) {
            throw new InvalidCode("unknown data segment " + Integer.toUnsignedString(segment));
        }
        return segment;
    }

    private int elementSegment() {
        int segment = state.code.u32();
        if (segment < 0 || segment >= state.module.elements.size()) {
            throw new InvalidCode("unknown elem segment " + Integer.toUnsignedString(segment));
        }
        return segment;
    }

    private int table() {
        int table = state.code.u32();
        if (table < 0 || table >= state.module.tables.size()) {
            throw new InvalidCode("unknown table " + Integer.toUnsignedString(table));
        }
        return table;
    }
}
