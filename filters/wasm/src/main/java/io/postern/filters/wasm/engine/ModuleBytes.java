package io.postern.filters.wasm.engine;

import io.postern.filters.wasm.engine.translate.Code;
import io.postern.filters.wasm.engine.translate.InvalidCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a module's binary apart (WebAssembly core specification, section 5.5): what remains to be
 * kept when its functions have been compiled. A parsed 4 MB module takes 99 MB of heap, nearly all
 * of it instructions that nobody reads again.
 */
final class ModuleBytes {
    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    static final int HEADER_BYTES = HEADER.length;
    private static final List<String> NAMES =
            List.of(
                    "custom",
                    "type",
                    "import",
                    "function",
                    "table",
                    "memory",
                    "global",
                    "export",
                    "start",
                    "element",
                    "code",
                    "data",
                    "data count");
    private static final int CUSTOM_SECTION = 0;
    private static final int CODE_SECTION = 10;
    private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b}; // size, no locals, unreachable, end

    private ModuleBytes() {}

    /**
     * The module without custom sections, its function bodies replaced by {@code unreachable}.
     *
     * @throws InvalidCode when sections or bodies do not fit into each other
     */
    static byte[] strip(byte[] module) {
        Code in = open(module);
        var out = new ByteArrayOutputStream(module.length / 4);
        out.writeBytes(HEADER);
        while (in.hasMore()) {
            int start = in.position();
            int id = in.octet();
            int size = in.u32();
            int content = in.position();
            in.skip(size);
            if (id == CODE_SECTION) {
                byte[] bodies = bodies(new Code(module, content, in.position()));
                out.write(CODE_SECTION);
                writeUnsigned(out, bodies.length);
                out.writeBytes(bodies);
            } else if (id == CUSTOM_SECTION) {
                checkName(module, new Code(module, content, in.position()));
            } else {
                out.write(module, start, in.position() - start);
            }
        }
        return out.toByteArray();
    }

    private static Code open(byte[] module) {
        if (module.length < HEADER.length
                || !Arrays.equals(HEADER, Arrays.copyOf(module, HEADER.length))) {
            throw new InvalidCode("magic header not detected, or unknown binary version");
        }
        return new Code(module, HEADER.length, module.length);
    }

    private static byte[] bodies(Code in) {
        var out = new ByteArrayOutputStream();
        int count = in.u32();
        writeUnsigned(out, count);
        for (int i = count; i != 0; i--) {
            in.skip(in.u32());
            out.writeBytes(EMPTY_BODY);
        }
        if (in.hasMore()) {
            throw new InvalidCode("section size mismatch");
        }
        return out.toByteArray();
    }

    private static void checkName(byte[] module, Code in) {
        int length = in.u32();
        int start = in.position();
        in.skip(length);
        decode(module, start, length);
    }

    private static String decode(byte[] module, int start, int length) {
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(module, start, length));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCode("malformed UTF-8 encoding");
        }
    }

    /** All sections of a valid module. */
    static List<ModuleSummary.Section> sections(byte[] module) {
        var found = new ArrayList<ModuleSummary.Section>();
        Code in = open(module);
        while (in.hasMore()) {
            int id = in.octet();
            int size = in.u32();
            int end = in.position() + size;
            boolean custom = id == CUSTOM_SECTION;
            String name = id < NAMES.size() ? NAMES.get(id) : "section " + id;
            if (custom) {
                int length = in.u32();
                name = decode(module, in.position(), length);
            }
            boolean kept = !custom || name.equals("name"); // functions' names, for stack traces
            found.add(new ModuleSummary.Section(name, size, kept));
            in.skip(end - in.position());
        }
        return found;
    }

    /** Content of the custom section {@code name} of a valid module, empty without one. */
    static byte[] custom(byte[] module, String name) {
        Code in = open(module);
        while (in.hasMore()) {
            int id = in.octet();
            int end = in.u32() + in.position();
            if (id == CUSTOM_SECTION) {
                int length = in.u32();
                if (name.equals(decode(module, in.position(), length))) {
                    return Arrays.copyOfRange(module, in.position() + length, end);
                }
            }
            in.skip(end - in.position());
        }
        return new byte[0];
    }

    /** LEB128 of a number that is not negative. */
    static void writeSigned(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x3f; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
    }

    static void writeUnsigned(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest < 0 || rest > 0x7f; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
    }
}
