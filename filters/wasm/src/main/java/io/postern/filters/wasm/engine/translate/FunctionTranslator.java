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

    /**
     * A method in which jumps go straight to their targets may be larger than one that is split.
     */
    private static final int THREADED_FACTOR = 2;

    /** Targets of a jump table that is worth to be divided. */
    private static final int MANY = 4;

    private static final int JVM_BYTES_PER_BYTE = 5;

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
    private @Nullable Dispatch segmented;

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
     * @return whether there is any of that
     */
    boolean translate(ClassVisitor resumed, String resumedName) {
        BodyScan scan = BodyScan.of(code());
        Dispatch resumable = resumable(scan);
        int most = options.mostMethodBytes() * (resumable == null ? 1 : THREADED_FACTOR);
        Regions regions = divisible(scan, most);
        Dispatch table = scan.entryDispatch();
        if (regions != null && table != null && table.isComplete() && table.blocks >= MANY) {
            segmented = table;
            method(target, Names.function(function), scan, new Regions(), null);
            return false;
        }
        if (regions != null) {
            regions.divide(options.mostMethodBytes());
        }
        Dispatch dispatch = regions == null ? resumable : null;
        if (dispatch == null) {
            method(target, Names.function(function), scan, regions, null);
            return false;
        }
        var entry = new Resume(dispatch, resumedName, Names.resume(function));
        method(target, Names.function(function), scan, null, entry);
        method(resumed, Names.resume(function), scan, null, null);
        return true;
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
    private @Nullable Regions divisible(BodyScan scan, int most) {
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
        if (body.size() <= most) {
            return null;
        }
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

    /** The jump table that is divided into segments, if there is one. */
    @Nullable Dispatch segmented() {
        return segmented;
    }

    /** Number of the target after the last one of the segment that begins with {@code first}. */
    int endOfSegment(Dispatch table, int first) {
        int most = options.mostMethodBytes() / JVM_BYTES_PER_BYTE;
        int next = first + 1;
        while (next < table.blocks) {
            int end = next + 1 == table.blocks ? table.loopEnd : table.ends[next + 1];
            if (end - table.ends[first] > most) {
                break;
            }
            next++;
        }
        return next;
    }

    /** Writes a segment. */
    Part segment(Segment segment, List<Block> around, List<Integer> exits) {
        BodyScan scan = BodyScan.of(new Code(start.bytes, segment.from(), segment.to()));
        scan.written.set(segment.dispatch().local);
        var used = (BitSet) scan.read.clone();
        used.or(scan.written);
        String name = Names.part(function, parts++);
        var visitor = target.visitMethod(ACCESS, name, partDescriptor(), null, null);
        var body = new MethodBody(visitor, LocalSlots.ofPart(locals, used));
        var code = new Code(start.bytes, segment.from(), segment.to());
        var state = new FunctionState(module, code, body);
        body.begin();
        var translator = new MethodTranslator(this, state, scan, null, null);
        translator.segment(segment, around, used, scan.written, exits);
        body.finish(state.operands.mostSlots());
        return new Part(name, used, scan.written, translator.exits(), true);
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
