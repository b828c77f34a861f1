package io.postern.filters.wasm.engine;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Class files deflated: a quarter of the size, and most classes of a large module are never loaded.
 */
final class PackedClass {
    private static final int LENGTH_BYTES = 4;

    private PackedClass() {}

    static byte[] pack(byte[] bytes) {
        try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(bytes);
            deflater.finish();
            var packed = new byte[bytes.length + bytes.length / 100 + 64];
            int length = deflater.deflate(packed, LENGTH_BYTES, packed.length - LENGTH_BYTES);
            for (int i = 0; i < LENGTH_BYTES; i++) {
                packed[i] = (byte) (bytes.length >>> (8 * i));
            }
            return java.util.Arrays.copyOf(packed, LENGTH_BYTES + length);
        }
    }

    static byte[] unpack(byte[] packed) {
        int length = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            length |= (packed[i] & 0xff) << (8 * i);
        }
        try (var inflater = new Inflater()) {
            inflater.setInput(packed, LENGTH_BYTES, packed.length - LENGTH_BYTES);
            var bytes = new byte[length];
            int done = 0;
            while (done < length) {
                int more = inflater.inflate(bytes, done, length - done);
                if (more == 0) {
                    throw new ModuleException("a compiled class is damaged");
                }
                done += more;
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new ModuleException("a compiled class is damaged", e);
        }
    }
}
