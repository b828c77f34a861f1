package io.postern.filters.wasm.engine;

import io.postern.filters.wasm.engine.translate.Code;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Joins a module's data segments. Go's linker leaves out every few zeros and makes 65,000 segments
 * of the data of a plugin of 6 MB, each of which costs every start its parsing; memory is zero
 * before they are copied, so that neighbours and the zeros between them are one segment just as
 * well.
 *
 * <p>Only where segments cannot be told apart later: no instruction names one (there is no data
 * count section), all have constant addresses in rising order, and the memory is the module's own.
 */
final class DataSegments {
    private static final int MEMORY_SECTION = 5;
    private static final int DATA_SECTION = 11;
    private static final int DATA_COUNT_SECTION = 12;
    private static final int I32_CONST = 0x41;
    private static final int END = 0x0b;

    /** Zeros that are cheaper to keep than a segment of their own. */
    private static final int MOST_ZEROS = 256;

    private final byte[] module;
    private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private int start;
    private int count;

    private DataSegments(byte[] module) {
        this.module = module;
    }

    /** The same module, with fewer segments where that is possible. */
    static byte[] join(byte[] module) {
        var out = new ByteArrayOutputStream(module.length);
        out.write(module, 0, ModuleBytes.HEADER_BYTES);
        boolean ownMemory = false;
        Code in = new Code(module, ModuleBytes.HEADER_BYTES, module.length);
        while (in.hasMore()) {
            int from = in.position();
            int id = in.octet();
            int size = in.u32();
            int content = in.position();
            in.skip(size);
            byte[] fewer = null;
            switch (id) {
                case DATA_COUNT_SECTION -> {
                    return module;
                }
                case MEMORY_SECTION -> ownMemory = true;
                case DATA_SECTION -> {
                    var segments = new DataSegments(module);
                    Code data = new Code(module, content, in.position());
                    fewer = ownMemory ? segments.joined(data) : null;
                }
                default -> {
                    // as it is
                }
            }
            if (fewer == null) {
                out.write(module, from, in.position() - from);
            } else {
                out.write(DATA_SECTION);
                ModuleBytes.writeUnsigned(out, fewer.length);
                out.writeBytes(fewer);
            }
        }
        return out.toByteArray();
    }

    /** Content of the section; null when it has to stay as it is. */
    private byte @Nullable [] joined(Code in) {
        long end = -1;
        for (int left = in.u32(); left != 0; left--) {
            if (in.u32() != 0 || in.octet() != I32_CONST) {
                return null;
            }
            int at = in.s32();
            if (in.octet() != END || at < 0 || at < end) {
                return null;
            }
            int length = in.u32();
            int from = in.position();
            in.skip(length);
            add(at, from, length, end);
            end = (long) at + length;
        }
        finish();
        var section = new ByteArrayOutputStream(joined.size() + 5);
        ModuleBytes.writeUnsigned(section, count);
        section.writeBytes(joined.toByteArray());
        return section.toByteArray();
    }

    private void add(int at, int from, int length, long end) {
        long zeros = at - end;
        if (current.size() == 0 || zeros > MOST_ZEROS) {
            finish();
            start = at;
        } else {
            current.writeBytes(new byte[(int) zeros]);
        }
        current.write(module, from, length);
    }

    private void finish() {
        if (current.size() == 0) {
            return;
        }
        count++;
        joined.write(0);
        joined.write(I32_CONST);
        ModuleBytes.writeSigned(joined, start);
        joined.write(END);
        ModuleBytes.writeUnsigned(joined, current.size());
        joined.writeBytes(current.toByteArray());
        current.reset();
    }
}
