package io.postern.filters.wasm.engine.translate;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/** The class of imported functions: arguments go to the host in an array. */
final class HostCalls {
    private HostCalls() {}

    static byte[] write(ModuleShape module) {
        ClassWriter writer = ModuleTranslator.newClass(Names.HOST);
        for (int i = 0; i < module.functionImports; i++) {
            write(writer, i, module.signature(i));
        }
        return writer.toByteArray();
    }

    private static void write(ClassWriter writer, int function, Signature signature) {
        if (signature.results().length > 1) {
            throw new UnsupportedCode("an import with several results");
        }
        byte[] params = signature.params();
        var locals = LocalSlots.ofFunction(params, params.length, false);
        String descriptor = signature.descriptor(Names.GUEST_TYPE);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
        var visitor = writer.visitMethod(access, Names.function(function), descriptor, null, null);
        var out = new MethodBody(visitor, locals);
        out.begin();
        out.loadGuest();
        out.constant(function);
        out.loadGuest();
        out.constant(params.length);
        out.guestMethod("arguments", "(I)[J");
        for (int i = 0; i < params.length; i++) {
            out.visitInsn(Opcodes.DUP);
            out.constant(i);
            out.load(params[i], locals.slot(i));
            out.toBits(params[i]);
            out.visitInsn(Opcodes.LASTORE);
        }
        out.guestMethod("host", "(I[J)J");
        if (signature.results().length == 0) {
            out.visitInsn(Opcodes.POP2);
        } else {
            out.fromBits(signature.results()[0]);
        }
        out.returnValue(signature.results());
        out.finish(0);
    }
}
