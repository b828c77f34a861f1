package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Methods that call a function by its number, one for each function type. A type with many
 * functions has two levels of switches, so that no method is too large to be compiled by HotSpot.
 */
final class IndirectCalls {
    private static final int FEW = 16;
    private static final int CHUNK_SHIFT = 7;
    private static final int CLASS_SHIFT = 5; // chunks in a class
    private static final int ACCESS = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;

    private final ModuleShape module;
    private final Calls.GroupNames groups;
    private final Map<String, ClassWriter> writers = new LinkedHashMap<>();

    IndirectCalls(ModuleShape module, Calls.GroupNames groups) {
        this.module = module;
        this.groups = groups;
    }

    static String method(int canonicalType) {
        return "call_" + canonicalType;
    }

    private static String method(int type, int chunk) {
        return method(type) + "_" + chunk;
    }

    private static String owner(int chunk) {
        return Names.INDIRECT + "_" + (chunk >>> CLASS_SHIFT);
    }

    Map<String, byte[]> translate() {
        writer(Names.INDIRECT);
        Map<Integer, List<Integer>> byType = new TreeMap<>();
        for (int type = 0; type < module.types.size(); type++) {
            byType.computeIfAbsent(module.canonical(type), _ -> new ArrayList<>());
        }
        for (int function = 0; function < module.functions(); function++) {
            if (module.referenced.get(function)) {
                int type = module.canonical(module.functionTypes.get(function));
                byType.computeIfAbsent(type, _ -> new ArrayList<>()).add(function);
            }
        }
        byType.forEach(this::translate);
        var classes = new LinkedHashMap<String, byte[]>();
        writers.forEach((name, writer) -> classes.put(name, writer.toByteArray()));
        return classes;
    }

    private ClassWriter writer(String name) {
        return writers.computeIfAbsent(name, ModuleTranslator::newClass);
    }

    private void translate(int type, List<Integer> functions) {
        Signature signature = module.types.get(type);
        if (functions.size() <= FEW) {
            functionSwitch(Names.INDIRECT, method(type), signature, functions);
            return;
        }
        Map<Integer, List<Integer>> chunks = new TreeMap<>();
        for (int function : functions) {
            chunks.computeIfAbsent(function >>> CHUNK_SHIFT, _ -> new ArrayList<>()).add(function);
        }
        chunks.forEach((chunk, some) ->
                functionSwitch(owner(chunk), method(type, chunk), signature, some));
        chunkSwitch(type, signature, List.copyOf(chunks.keySet()));
    }

    private void functionSwitch(
            String owner, String name, Signature signature, List<Integer> functions) {
        var writer = new SwitchMethod(writer(owner), name, signature);
        writer.write(
                functions,
                0,
                (mv, function) -> {
                    String descriptor = signature.descriptor(Names.GUEST_TYPE);
                    mv.visitMethodInsn(
                            Opcodes.INVOKESTATIC,
                            groups.of(function),
                            Names.function(function),
                            descriptor,
                            false);
                },
                false);
    }

    private void chunkSwitch(int type, Signature signature, List<Integer> chunks) {
        var writer = new SwitchMethod(writer(Names.INDIRECT), method(type), signature);
        writer.write(
                chunks,
                CHUNK_SHIFT,
                (mv, chunk) ->
                        mv.visitMethodInsn(
                                Opcodes.INVOKESTATIC,
                                owner(chunk),
                                method(type, chunk),
                                signature.descriptor("I" + Names.GUEST_TYPE),
                                false),
                true);
    }

    private interface Case {
        void call(MethodVisitor mv, int key);
    }

    /** A method {@code (parameters, function, guest)} that switches over the function's number. */
    private record SwitchMethod(ClassWriter writer, String name, Signature signature) {
        void write(List<Integer> keys, int shift, Case each, boolean passNumber) {
            String descriptor = signature.descriptor("I" + Names.GUEST_TYPE);
            MethodVisitor mv = writer.visitMethod(ACCESS, name, descriptor, null, null);
            mv.visitCode();
            int number = signature.paramSlots();
            mv.visitVarInsn(Opcodes.ILOAD, number);
            if (shift > 0) {
                mv.visitIntInsn(Opcodes.BIPUSH, shift);
                mv.visitInsn(Opcodes.IUSHR);
            }
            var labels = new Label[keys.size()];
            var none = new Label();
            java.util.Arrays.setAll(labels, _ -> new Label());
            ModuleTranslator.bestSwitch(mv, keys, labels, none);
            for (int i = 0; i < labels.length; i++) {
                place(mv, labels[i]);
                int slot = 0;
                for (byte type : signature.params()) {
                    mv.visitVarInsn(Types.opcode(type, Opcodes.ILOAD), slot);
                    slot += Types.slots(type);
                }
                if (passNumber) {
                    mv.visitVarInsn(Opcodes.ILOAD, number);
                }
                mv.visitVarInsn(Opcodes.ALOAD, number + 1);
                each.call(mv, keys.get(i));
                mv.visitInsn(returnInstruction());
            }
            place(mv, none);
            mv.visitVarInsn(Opcodes.ILOAD, number);
            mv.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    Names.BASE,
                    "badIndirectCall",
                    "(I)Ljava/lang/RuntimeException;",
                    false);
            mv.visitInsn(Opcodes.ATHROW);
            mv.visitMaxs(number + 4, number + 2);
            mv.visitEnd();
        }

        private void place(MethodVisitor mv, Label label) {
            mv.visitLabel(label);
            var types = new Object[signature.params().length + 2];
            for (int i = 0; i < signature.params().length; i++) {
                types[i] = Types.frameType(signature.params()[i]);
            }
            types[types.length - 2] = Opcodes.INTEGER;
            types[types.length - 1] = Names.GUEST;
            mv.visitFrame(Opcodes.F_NEW, types.length, types, 0, new Object[0]);
        }

        private int returnInstruction() {
            return switch (signature.results().length) {
                case 0 -> Opcodes.RETURN;
                case 1 -> Types.opcode(signature.results()[0], Opcodes.IRETURN);
                default -> Opcodes.ARETURN;
            };
        }
    }
}
