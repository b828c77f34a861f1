package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** The subclass of {@link GuestCode}: globals as fields, exported functions by number. */
final class GuestClass {
    private static final int ACCESS = Opcodes.ACC_PUBLIC;
    private static final Object[] NOTHING = {};

    private final ModuleShape module;
    private final Calls.GroupNames groups;
    private Label bad = new Label();
    private final ClassWriter writer = ModuleTranslator.newClass(Names.GUEST, Names.BASE);

    GuestClass(ModuleShape module, Calls.GroupNames groups) {
        this.module = module;
        this.groups = groups;
    }

    byte[] write() {
        for (int i = 0; i < module.globals.size(); i++) {
            String type = String.valueOf(Types.descriptor(module.globals.get(i).type()));
            writer.visitField(ACCESS, "g" + i, type, null, null).visitEnd();
        }
        constructor();
        getGlobal();
        setGlobal();
        List<Integer> callable = new ArrayList<>();
        module.exported.stream().forEach(callable::add);
        if (module.start >= 0 && !module.exported.get(module.start)) {
            callable.add(module.start);
            callable.sort(null);
        }
        callable.forEach(this::bridge);
        invoke(callable);
        return writer.toByteArray();
    }

    private void constructor() {
        var mv = writer.visitMethod(ACCESS, "<init>", "()V", null, null);
        mv.visitCode();
        mv.visitVarInsn(Opcodes.ALOAD, 0);
        mv.visitMethodInsn(Opcodes.INVOKESPECIAL, Names.BASE, "<init>", "()V", false);
        mv.visitInsn(Opcodes.RETURN);
        mv.visitMaxs(1, 1);
        mv.visitEnd();
    }

    /** {@code long global(int)}, {@code void global(int, long)}. */
    private MethodBody instanceMethod(String name, String descriptor) {
        var visitor = writer.visitMethod(ACCESS, name, descriptor, null, null);
        // the instance comes first here, where static methods have it last
        var body = new MethodBody(visitor, LocalSlots.ofFunction(Signature.NONE, 0, false));
        body.locals().temporary(1); // room for the parameters
        body.begin();
        return body;
    }

    private void getGlobal() {
        MethodBody out = instanceMethod("global", "(I)J");
        var labels = globalSwitch(out);
        for (int i = 0; i < labels.length; i++) {
            byte type = module.globals.get(i).type();
            place(out, labels[i], "(I)J");
            out.loadGuest();
            String descriptor = String.valueOf(Types.descriptor(type));
            out.visitFieldInsn(Opcodes.GETFIELD, Names.GUEST, "g" + i, descriptor);
            out.toBits(type);
            out.visitInsn(Opcodes.LRETURN);
        }
        fail(out, "(I)J");
    }

    private void setGlobal() {
        MethodBody out = instanceMethod("global", "(IJ)V");
        var labels = globalSwitch(out);
        for (int i = 0; i < labels.length; i++) {
            byte type = module.globals.get(i).type();
            place(out, labels[i], "(IJ)V");
            out.loadGuest();
            out.visitVarInsn(Opcodes.LLOAD, 2);
            out.fromBits(type);
            String descriptor = String.valueOf(Types.descriptor(type));
            out.visitFieldInsn(Opcodes.PUTFIELD, Names.GUEST, "g" + i, descriptor);
            out.visitInsn(Opcodes.RETURN);
        }
        fail(out, "(IJ)V");
    }

    private Label[] globalSwitch(MethodBody out) {
        var keys = new ArrayList<Integer>();
        for (int i = 0; i < module.globals.size(); i++) {
            keys.add(i);
        }
        return numberSwitch(out, keys);
    }

    private Label[] numberSwitch(MethodBody out, List<Integer> keys) {
        var labels = new Label[keys.size()];
        java.util.Arrays.setAll(labels, _ -> new Label());
        bad = new Label();
        out.visitVarInsn(Opcodes.ILOAD, 1);
        ModuleTranslator.bestSwitch(out, keys, labels, bad);
        return labels;
    }

    private static void place(MethodBody out, Label label, String descriptor) {
        Object[] types =
                switch (descriptor) {
                    case "(I)J" -> new Object[] {Names.GUEST, Opcodes.INTEGER};
                    case "(IJ)V" -> new Object[] {Names.GUEST, Opcodes.INTEGER, Opcodes.LONG};
                    default -> new Object[] {Names.GUEST, Opcodes.INTEGER, "[J"};
                };
        out.visitLabel(label);
        out.visitFrame(Opcodes.F_NEW, types.length, types, 0, NOTHING);
    }

    private void fail(MethodBody out, String descriptor) {
        place(out, bad, descriptor);
        out.visitTypeInsn(Opcodes.NEW, "java/lang/IllegalArgumentException");
        out.visitInsn(Opcodes.DUP);
        out.visitMethodInsn(
                Opcodes.INVOKESPECIAL,
                "java/lang/IllegalArgumentException",
                "<init>",
                "()V",
                false);
        out.visitInsn(Opcodes.ATHROW);
        out.finish(4);
    }

    private static String bridgeName(int function) {
        return "invoke_" + function;
    }

    // static long invoke_N(long[] args, Guest guest)
    private void bridge(int function) {
        Signature signature = module.signature(function);
        String name = bridgeName(function);
        var visitor =
                writer.visitMethod(
                        ACCESS | Opcodes.ACC_STATIC,
                        name,
                        "([J" + Names.GUEST_TYPE + ")J",
                        null,
                        null);
        var out =
                new MethodBody(visitor, LocalSlots.ofPart(Signature.NONE, new java.util.BitSet()));
        out.begin();
        out.needSlots(signature.paramSlots());
        for (int i = 0; i < signature.params().length; i++) {
            out.visitVarInsn(Opcodes.ALOAD, 0);
            out.constant(i);
            out.visitInsn(Opcodes.LALOAD);
            out.fromBits(signature.params()[i]);
        }
        out.loadGuest();
        String descriptor = signature.descriptor(Names.GUEST_TYPE);
        out.staticMethod(groups.of(function), Names.function(function), descriptor);
        switch (signature.results().length) {
            case 0 -> out.constant(0L);
            case 1 -> out.toBits(signature.results()[0]);
            default -> {
                out.visitInsn(Opcodes.DUP);
                out.loadGuest();
                out.visitInsn(Opcodes.SWAP);
                out.visitFieldInsn(Opcodes.PUTFIELD, Names.BASE, "results", "[J");
                out.constant(0);
                out.visitInsn(Opcodes.LALOAD);
            }
        }
        out.visitInsn(Opcodes.LRETURN);
        out.finish(4);
    }

    private void invoke(List<Integer> callable) {
        String descriptor = "(I[J)J";
        MethodBody out = instanceMethod("invoke", descriptor);
        Label[] labels = numberSwitch(out, callable);
        for (int i = 0; i < labels.length; i++) {
            place(out, labels[i], descriptor);
            out.visitVarInsn(Opcodes.ALOAD, 2);
            out.loadGuest();
            String name = bridgeName(callable.get(i));
            out.staticMethod(Names.GUEST, name, "([J" + Names.GUEST_TYPE + ")J");
            out.visitInsn(Opcodes.LRETURN);
        }
        fail(out, descriptor);
    }
}
