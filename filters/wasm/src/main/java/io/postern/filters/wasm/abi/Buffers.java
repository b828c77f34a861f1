package io.postern.filters.wasm.abi;

import io.postern.sdk.Body;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Bodies that are not a stream's: configuration and answers of calls. */
public final class Buffers {
    /** No bytes; not to be changed. */
    public static final Body EMPTY = of(new byte[0]);

    private Buffers() {}

    /** A body over an array, which is not copied; not to be changed. */
    public static Body of(byte[] bytes) {
        return new Fixed(bytes);
    }

    /** The body, or no bytes where there is none. */
    public static Body orEmpty(@Nullable Body body) {
        return body == null ? EMPTY : body;
    }

    /** Whether the guest may change it. */
    static boolean isFixed(Body body) {
        return body instanceof Fixed;
    }

    private record Fixed(byte[] bytes) implements Body {
        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void copyTo(int index, byte[] target, int offset, int length) {
            Objects.checkFromIndexSize(index, length, bytes.length);
            System.arraycopy(bytes, index, target, offset, length);
        }

        @Override
        public void replace(int index, int length, byte[] source, int offset, int count) {
            throw new UnsupportedOperationException("bug: fixed bytes are not replaced");
        }
    }
}
