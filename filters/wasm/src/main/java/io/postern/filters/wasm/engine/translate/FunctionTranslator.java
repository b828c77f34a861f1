package io.postern.filters.wasm.engine.translate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Translates one function to its methods: one as a rule; two for Go's functions that can be resumed
 * (see {@link Dispatch}); several for one that is too large for a method of the JVM or its
 * compiler.
 */
final class FunctionTranslator {
    private static final int MOST_LOCALS = 50_000; // the limit of the JavaScript embedding
    private static final int ACCESS = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;

    /** A body of fewer bytes never becomes too large. */
    private static final int BYTES_FOR_TRIAL = 10;

    private final ModuleShape module;
    private final Calls.GroupNames groups;
    private final TranslatorOptions options;
    private final int function;
    private final ClassVisitor target;
    private final String className;
    private final Signature signature;
    private final byte[] locals;
    private final Code start;
    private int parts;

    /** {@code target}: the class, named {@code className}, that gets the methods. */
    FunctionTranslator(
            ModuleShape module,
            Calls.GroupNames groups,
            TranslatorOptions options,
            int function,
            ClassVisitor target,
            String className) {
        this.module = module;
        this.groups = groups;
        this.options = options;
        this.function = function;
        this.target = target;
        this.className = className;
        signature = module.signature(function);
        ModuleShape.Body body = module.bodies.get(function - module.functionImports);
        start = new Code(module.bytes, body.start(), body.end());
        locals = readLocals(signature, start);
    }

    private static byte[] readLocals(Signature signature, Code in) {
        byte[] types = signature.params();
        for (int i = in.u32(); i > 0; i--) {
            int count = in.u32();
            int before = types.length;
            if (count < 0 || count > MOST_LOCALS - before) {
                throw new InvalidCode("too many locals");
            }
            byte type = Types.of(in.octet());
            types = Arrays.copyOf(types, before + count);
            Arrays.fill(types, before, types.length, type);
        }
        return types;
    }

    /**
     * Writes the methods.
     *
     * @param resumed the class for what runs only when a goroutine is resumed
     */
    void translate(ClassVisitor resumed, String resumedName) {
        BodyScan scan = BodyScan.of(code());
        Regions regions = divide(scan);
        Dispatch dispatch = regions == null ? resumable(scan) : null;
        if (dispatch == null) {
            method(target, Names.function(function), scan, regions, null);
            return;
        }
        var entry = new Resume(dispatch, resumedName, Names.resume(function));
        method(target, Names.function(function), scan, null, entry);
        method(resumed, Names.resume(function), scan, null, null);
    }

    /**
     * The way into a function that starts at its beginning; other starts go to another method.
     *
     * @param owner class of that method
     */
    record Resume(Dispatch dispatch, String owner, String method) {}

    private Code code() {
        return new Code(start.bytes, start.at, start.end);
    }

    private @Nullable Dispatch resumable(BodyScan scan) {
        Dispatch first = scan.entryDispatch();
        boolean byParameter =
                first != null
                        && first.onlyConstants
                        && first.local == 0
                        && signature.params().length > 0
                        && signature.params()[0] == Types.I32;
        return byParameter ? first : null;
    }

    // Translates for trial, to see how large it becomes.
    private @Nullable Regions divide(BodyScan scan) {
        if ((start.end - start.at) * BYTES_FOR_TRIAL < options.mostMethodBytes()) {
            return null;
        }
        var regions = new Regions();
        var body =
                new MethodBody(
                        new MethodVisitor(Opcodes.ASM9) {},
                        LocalSlots.ofFunction(locals, signature.params().length, false));
        var state = new FunctionState(module, code(), body);
        new MethodTranslator(this, state, scan, null, null).trial(regions).function();
        if (body.size() <= options.mostMethodBytes()) {
            return null;
        }
        regions.divide(options.mostMethodBytes());
        return regions;
    }

    private void method(
            ClassVisitor owner,
            String name,
            BodyScan scan,
            @Nullable Regions regions,
            @Nullable Resume resume) {
        String descriptor = signature.descriptor(Names.GUEST_TYPE);
        var slots = LocalSlots.ofFunction(locals, signature.params().length, regions != null);
        var body = new MethodBody(owner.visitMethod(ACCESS, name, descriptor, null, null), slots);
        var state = new FunctionState(module, code(), body);
        body.begin();
        new MethodTranslator(this, state, scan, regions, resume).function();
        body.finish(state.operands.mostSlots());
    }

    /** A part that has been written: its method, and what it does. */
    record Part(String name, BitSet used, BitSet written, List<Integer> exits, boolean endsDead) {}

    /** Writes the part of the body between two positions. */
    Part part(int from, int to, List<Block> around, Regions regions) {
        BodyScan scan = BodyScan.of(new Code(start.bytes, from, to));
        var used = (BitSet) scan.read.clone();
        used.or(scan.written);
        String name = Names.part(function, parts++);
        var visitor = target.visitMethod(ACCESS, name, partDescriptor(), null, null);
        var body = new MethodBody(visitor, LocalSlots.ofPart(locals, used));
        var state = new FunctionState(module, new Code(start.bytes, from, to), body);
        body.begin();
        var translator = new MethodTranslator(this, state, scan, regions, null);
        boolean endsDead = translator.part(around, used, scan.written);
        body.finish(state.operands.mostSlots());
        return new Part(name, used, scan.written, translator.exits(), endsDead);
    }

    static String partDescriptor() {
        return "([J" + Names.GUEST_TYPE + ")I";
    }

    Signature signature() {
        return signature;
    }

    Calls.GroupNames groups() {
        return groups;
    }

    TranslatorOptions options() {
        return options;
    }

    String className() {
        return className;
    }
}
