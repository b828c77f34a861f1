package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What function bodies refer to: a module's declarations and where its bodies are (core
 * specification, section 5.5). Everything but the bodies has been validated before.
 */
final class ModuleShape {
    /** A global variable. */
    record Global(byte type, boolean mutable) {}

    /** Where a body is: from its local declarations to its end. */
    record Body(int start, int end) {}

    final byte[] bytes;
    final List<Signature> types = new ArrayList<>();
    final List<Integer> functionTypes = new ArrayList<>();
    final List<Global> globals = new ArrayList<>();
    final List<Byte> tables = new ArrayList<>();
    final List<Byte> elements = new ArrayList<>();
    final List<Body> bodies = new ArrayList<>();
    final BitSet exported = new BitSet();

    /** Functions that a reference may point to. */
    final BitSet referenced = new BitSet();

    int functionImports;
    int dataCount = -1;
    int start = -1;
    boolean hasMemory;
    private final Map<Signature, Integer> canonical = new HashMap<>();

    private ModuleShape(byte[] bytes) {
        this.bytes = bytes;
    }

    static ModuleShape of(byte[] module) {
        var shape = new ModuleShape(module);
        var in = new Code(module, 8, module.length);
        while (in.hasMore()) {
            int id = in.octet();
            int size = in.u32();
            int begin = in.at;
            in.skip(size);
            shape.section(id, new Code(module, begin, in.at));
        }
        return shape;
    }

    private void section(int id, Code in) {
        switch (id) {
            case 1 -> each(in, this::type);
            case 2 -> each(in, this::imported);
            case 3 -> each(in, code -> functionTypes.add(code.u32()));
            case 4 -> each(in, this::table);
            case 5 -> each(in, this::memory);
            case 6 -> each(in, this::global);
            case 7 -> each(in, this::export);
            case 8 -> start = in.u32();
            case 9 -> each(in, this::element);
            case 10 -> each(in, this::body);
            case 12 -> dataCount = in.u32();
            case 0, 11 -> {}
            default -> throw new UnsupportedCode("section " + id);
        }
    }

    private interface Entry {
        void read(Code in);
    }

    private static void each(Code in, Entry entry) {
        for (int i = in.u32(); i > 0; i--) {
            entry.read(in);
        }
    }

    private void type(Code in) {
        if (in.octet() != 0x60) {
            throw new UnsupportedCode("types other than functions");
        }
        types.add(new Signature(valueTypes(in), valueTypes(in)));
    }

    private static byte[] valueTypes(Code in) {
        var found = new byte[in.u32()];
        for (int i = 0; i < found.length; i++) {
            found[i] = Types.of(in.octet());
        }
        return found;
    }

    private void imported(Code in) {
        in.skip(in.u32());
        in.skip(in.u32());
        switch (in.octet()) {
            case 0 -> {
                functionTypes.add(in.u32());
                functionImports++;
            }
            case 2 -> memory(in);
            default -> throw new UnsupportedCode("imports of tables and globals");
        }
    }

    private void table(Code in) {
        if (in.peek() == 0x40) {
            throw new UnsupportedCode("tables with initializers");
        }
        tables.add(Types.of(in.octet()));
        limits(in);
    }

    private void memory(Code in) {
        if (hasMemory) {
            throw new UnsupportedCode("several memories");
        }
        hasMemory = true;
        limits(in);
    }

    private static void limits(Code in) {
        int flags = in.octet();
        if (flags > 1) {
            throw new UnsupportedCode("shared or 64-bit memories");
        }
        in.u32();
        if (flags == 1) {
            in.u32();
        }
    }

    private void global(Code in) {
        byte type = Types.of(in.octet());
        globals.add(new Global(type, in.octet() == 1));
        constant(in);
    }

    /** Skips a constant expression; functions it names are noted. */
    private void constant(Code in) {
        for (int opcode = in.octet(); opcode != 0x0b; opcode = in.octet()) {
            switch (opcode) {
                case 0x41 -> in.s32();
                case 0x42 -> in.s64();
                case 0x43 -> in.skip(4);
                case 0x44 -> in.skip(8);
                case 0x23 -> in.u32();
                case 0xd0 -> Types.of(in.octet());
                case 0xd2 -> referenced.set(functionIndex(in));
                case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {}
                default -> throw new UnsupportedCode("constant expression");
            }
        }
    }

    private static int functionIndex(Code in) {
        int index = in.u32();
        if (index < 0) {
            throw new InvalidCode("unknown function " + Integer.toUnsignedString(index));
        }
        return index;
    }

    private void export(Code in) {
        in.skip(in.u32());
        int kind = in.octet();
        int index = functionIndex(in);
        if (kind == 0) {
            exported.set(index);
            referenced.set(index);
        }
    }

    // Flags: 1 passive or declarative, 2 explicit table or declarative, 4 expressions.
    private void element(Code in) {
        int flags = in.u32();
        if ((flags & 3) == 2) {
            in.u32();
        }
        if ((flags & 1) == 0) {
            constant(in);
        }
        boolean expressions = (flags & 4) != 0;
        byte type = Types.FUNCREF;
        if ((flags & 3) != 0) {
            int kind = in.octet();
            type = expressions ? Types.of(kind) : Types.FUNCREF;
        }
        elements.add(type);
        for (int i = in.u32(); i > 0; i--) {
            if (expressions) {
                constant(in);
            } else {
                referenced.set(functionIndex(in));
            }
        }
    }

    private void body(Code in) {
        int size = in.u32();
        int begin = in.at;
        in.skip(size);
        bodies.add(new Body(begin, in.at));
    }

    int functions() {
        return functionTypes.size();
    }

    Signature signature(int function) {
        return types.get(functionTypes.get(function));
    }

    Signature type(int index) {
        if (index < 0 || index >= types.size()) {
            throw new InvalidCode("unknown type " + Integer.toUnsignedString(index));
        }
        return types.get(index);
    }

    /** Equal types have one number: the first. Not thread-safe until {@link #settle}. */
    int canonical(int type) {
        Integer first = canonical.get(types.get(type));
        return first == null ? type : first;
    }

    /** Numbers the types; after this everything is only read. */
    ModuleShape settle() {
        for (int i = 0; i < types.size(); i++) {
            canonical.putIfAbsent(types.get(i), i);
        }
        for (int type : functionTypes) {
            type(type);
        }
        if (exported.length() > functions() || start >= functions()) {
            throw new InvalidCode("unknown function");
        }
        if (bodies.size() != functionTypes.size() - functionImports) {
            throw new InvalidCode("function and code section have inconsistent lengths");
        }
        return this;
    }
}
