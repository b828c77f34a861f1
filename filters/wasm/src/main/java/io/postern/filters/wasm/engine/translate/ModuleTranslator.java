package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Translates a module to classes: a subclass of {@link GuestCode} for the state and the way in,
 * groups of functions, classes for imports and for indirect calls. Functions are translated
 * straight from the module's bytes, in parallel, so that memory holds little more than the result.
 */
public final class ModuleTranslator {
    /**
     * Of a group's functions. The JVM loads and verifies a class as a whole: of a large module a
     * start needs a tenth of the functions, which lie in half of the classes of 64 KiB.
     */
    private static final int GROUP_BYTES = 8 * 1024;

    /** Of a small module's functions: its start is a matter of milliseconds. */
    private static final int SMALL_GROUP_BYTES = 4 * 1024;

    private static final int SMALL_BYTES = 256 * 1024;
    private static final int GROUP_FUNCTIONS = 256;
    private static final int MOST_ENTRIES = 2000;
    private static final int LEAST_METHOD_BYTES = 2_000;

    private final ModuleShape module;
    private final TranslatorOptions options;
    private final UnaryOperator<byte[]> packing;
    private final Map<String, byte[]> classes = new ConcurrentHashMap<>();
    private final int[] groupOf;
    private final List<Group> groups = new ArrayList<>();
    private volatile boolean failed;

    /** Functions {@code from} to {@code to}, exclusive. */
    private record Group(int number, int from, int to) {}

    private ModuleTranslator(
            ModuleShape module,
            TranslatorOptions options,
            int groupBytes,
            UnaryOperator<byte[]> packing) {
        this.packing = packing;
        this.module = module;
        this.options = options;
        groupOf = new int[module.functions()];
        int from = module.functionImports;
        int bytes = 0;
        for (int i = from; i < module.functions(); i++) {
            ModuleShape.Body body = module.bodies.get(i - module.functionImports);
            bytes += body.end() - body.start();
            groupOf[i] = groups.size();
            if (bytes > groupBytes || i + 1 - from >= GROUP_FUNCTIONS) {
                groups.add(new Group(groups.size(), from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        if (from < module.functions()) {
            groups.add(new Group(groups.size(), from, module.functions()));
        }
    }

    /** Whether a module's start is what counts, and not how much memory its classes take. */
    public static boolean isSmall(byte[] wasm) {
        return wasm.length <= SMALL_BYTES;
    }

    /**
     * Class files by internal name.
     *
     * @param threads translate the functions; the caller waits for them
     * @param packing applied to each class file as soon as it is there
     * @param wasm a module whose sections are valid; bodies are checked here
     * @throws InvalidCode when a body is not valid
     * @throws UnsupportedCode when the module uses what this does not translate
     */
    public static Map<String, byte[]> translate(
            byte[] wasm,
            TranslatorOptions options,
            Executor threads,
            UnaryOperator<byte[]> packing) {
        ModuleShape module = ModuleShape.of(wasm).settle();
        try {
            int groupBytes = isSmall(wasm) ? SMALL_GROUP_BYTES : GROUP_BYTES;
            return new ModuleTranslator(module, options, groupBytes, packing).translate(threads);
        } catch (ClassTooLargeException e) {
            throw new UnsupportedCode("a class too large for the JVM: " + e.getClassName());
        } catch (StackOverflowError e) {
            throw new InvalidCode("blocks are nested too deeply");
        } catch (MethodTooLargeException e) {
            throw new UnsupportedCode("a function too large for the JVM: " + e.getMethodName());
        }
    }

    private Map<String, byte[]> translate(Executor threads) {
        if (module.globals.size() > MOST_ENTRIES || module.exported.cardinality() > MOST_ENTRIES) {
            throw new UnsupportedCode("too many globals or exports");
        }
        translateGroups(threads);
        put(Names.GUEST, new GuestClass(module, this::groupName).write());
        put(Names.HOST, HostCalls.write(module));
        new IndirectCalls(module, this::groupName).translate().forEach(this::put);
        return classes;
    }

    private void translateGroups(Executor threads) {
        var all =
                groups.stream()
                        .map(group -> CompletableFuture.runAsync(() -> translate(group), threads))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(all).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    private void translate(Group group) {
        if (failed) {
            return; // the other group's failure is told
        }
        try {
            translate(group, options);
        } catch (RuntimeException | StackOverflowError e) {
            failed = true;
            throw e;
        }
    }

    private void put(String name, byte[] bytes) {
        classes.put(name, packing.apply(bytes));
    }

    private String groupName(int function) {
        return function < module.functionImports ? Names.HOST : Names.GROUP + groupOf[function];
    }

    private void translate(Group group, TranslatorOptions how) {
        String name = Names.GROUP + group.number;
        String resumeName = name + Names.RESUME;
        ClassWriter writer = newClass(name);
        ClassWriter resumed = newClass(resumeName);
        boolean anyResumed = false;
        for (int function = group.from; function < group.to; function++) {
            anyResumed |= translate(function, how, writer, name, resumed, resumeName);
        }
        try {
            put(name, writer.toByteArray());
            if (anyResumed) {
                put(resumeName, resumed.toByteArray());
            }
        } catch (MethodTooLargeException e) {
            if (how.mostMethodBytes() < LEAST_METHOD_BYTES) {
                throw e;
            }
            translate(group, new TranslatorOptions(how.fuel(), how.mostMethodBytes() / 2));
        }
    }

    private boolean translate(
            int function,
            TranslatorOptions how,
            ClassWriter writer,
            String name,
            ClassWriter resumed,
            String resumeName) {
        try {
            return new FunctionTranslator(module, this::groupName, how, function, writer, name)
                    .translate(resumed, resumeName);
        } catch (InvalidCode e) {
            throw new InvalidCode("function " + function + ": " + e.getMessage());
        }
    }

    static ClassWriter newClass(String name) {
        return newClass(name, "java/lang/Object");
    }

    static ClassWriter newClass(String name, String base) {
        var writer = new ClassWriter(0);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;
        writer.visit(Opcodes.V17, access, name, null, base, null);
        return writer;
    }

    /** A table where keys are dense. {@code keys} ascend. */
    static void bestSwitch(MethodVisitor mv, List<Integer> keys, Label[] labels, Label none) {
        int count = keys.size();
        if (count == 0) {
            mv.visitInsn(Opcodes.POP);
            mv.visitJumpInsn(Opcodes.GOTO, none);
            return;
        }
        int first = keys.getFirst();
        int span = keys.getLast() - first + 1;
        if (span > 4 * count + 8) {
            int[] all = keys.stream().mapToInt(Integer::intValue).toArray();
            mv.visitLookupSwitchInsn(none, all, labels);
            return;
        }
        var table = new Label[span];
        java.util.Arrays.fill(table, none);
        for (int i = 0; i < count; i++) {
            table[keys.get(i) - first] = labels[i];
        }
        mv.visitTableSwitchInsn(first, first + span - 1, none, table);
    }
}
