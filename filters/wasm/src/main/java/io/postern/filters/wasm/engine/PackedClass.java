package io.postern.filters.wasm.engine;

import io.postern.filters.wasm.engine.translate.ModuleTranslator;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Class files of large modules are deflated: a quarter of the size, and most of them are never
 * loaded. Those of small ones are kept as they are, since inflating takes longer than the rest.
 *
 * <p>A packed class begins with the length of the class, low octets first; as its complement where
 * it is not deflated.
 */
final class PackedClass {
    private static final int LENGTH_BYTES = 4;

    private PackedClass() {}

    /** How classes of a module are packed. */
    static UnaryOperator<byte[]> packing(byte[] wasm) {
        return ModuleTranslator.isSmall(wasm) ? PackedClass::store : PackedClass::deflate;
    }

    private static byte[] store(byte[] bytes) {
        var packed = new byte[LENGTH_BYTES + bytes.length];
        writeLength(packed, ~bytes.length);
        System.arraycopy(bytes, 0, packed, LENGTH_BYTES, bytes.length);
        return packed;
    }

    private static void writeLength(byte[] packed, int length) {
        for (int i = 0; i < LENGTH_BYTES; i++) {
            packed[i] = (byte) (length >>> (8 * i));
        }
    }

    private static byte[] deflate(byte[] bytes) {
        try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(bytes);
            deflater.finish();
            var packed = new byte[bytes.length + bytes.length / 100 + 64];
            int length = deflater.deflate(packed, LENGTH_BYTES, packed.length - LENGTH_BYTES);
            writeLength(packed, bytes.length);
            return Arrays.copyOf(packed, LENGTH_BYTES + length);
        }
    }

    static byte[] unpack(byte[] packed) {
        int length = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            length |= (packed[i] & 0xff) << (8 * i);
        }
        return length < 0
                ? Arrays.copyOfRange(packed, LENGTH_BYTES, packed.length)
                : inflate(packed, length);
    }

    private static byte[] inflate(byte[] packed, int length) {
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
