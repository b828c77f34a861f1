package io.postern.filters.wasm.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes a valid module's binary apart (WebAssembly core specification, section 5.5): what remains
 * to be kept when its functions have been compiled. A parsed 4 MB module takes 99 MB of heap,
 * nearly all of it instructions that nobody reads again.
 */
final class ModuleBytes {
    private static final int HEADER = 8;
    private static final int CUSTOM_SECTION = 0;
    private static final int CODE_SECTION = 10;
    private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b}; // size, no locals, unreachable, end

    private final byte[] bytes;
    private int at = HEADER;

    private ModuleBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The module without custom sections, its function bodies replaced by {@code unreachable}.
     *
     * @param kept functions, numbered with the imports, that keep their bodies
     */
    static byte[] strip(byte[] module, int functionImports, List<Integer> kept) {
        return new ModuleBytes(module).strip(functionImports, new HashSet<>(kept));
    }

    /** Content of the custom section {@code name}, empty when there is none. */
    static byte[] names(byte[] module) {
        return new ModuleBytes(module).custom("name");
    }

    private byte[] strip(int functionImports, Set<Integer> kept) {
        var out = new ByteArrayOutputStream(bytes.length / 4);
        out.write(bytes, 0, HEADER);
        while (at < bytes.length) {
            int start = at;
            int id = bytes[at++];
            int end = unsigned() + at;
            if (id == CODE_SECTION) {
                byte[] bodies = bodies(functionImports, kept);
                out.write(CODE_SECTION);
                writeUnsigned(out, bodies.length);
                out.writeBytes(bodies);
            } else if (id != CUSTOM_SECTION) {
                out.write(bytes, start, end - start);
            }
            at = end;
        }
        return out.toByteArray();
    }

    private byte[] bodies(int functionImports, Set<Integer> kept) {
        var out = new ByteArrayOutputStream();
        int count = unsigned();
        writeUnsigned(out, count);
        for (int i = 0; i < count; i++) {
            int start = at;
            int end = unsigned() + at;
            if (kept.contains(functionImports + i)) {
                out.write(bytes, start, end - start);
            } else {
                out.writeBytes(EMPTY_BODY);
            }
            at = end;
        }
        return out.toByteArray();
    }

    private byte[] custom(String name) {
        while (at < bytes.length) {
            int id = bytes[at++];
            int end = unsigned() + at;
            if (id == CUSTOM_SECTION) {
                int length = unsigned();
                if (name.equals(new String(bytes, at, length, StandardCharsets.UTF_8))) {
                    return Arrays.copyOfRange(bytes, at + length, end);
                }
            }
            at = end;
        }
        return new byte[0];
    }

    private int unsigned() {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void writeUnsigned(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
    }
}
