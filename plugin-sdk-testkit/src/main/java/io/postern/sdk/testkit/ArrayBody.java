package io.postern.sdk.testkit;

import io.postern.sdk.Body;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A body in an array. */
public final class ArrayBody implements Body {
    private byte[] bytes;

    /** With these bytes, not copied. */
    public ArrayBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /** With this text in UTF-8. */
    public static ArrayBody of(String text) {
        return new ArrayBody(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a chunk at the end. */
    public void append(byte[] chunk) {
        replace(bytes.length, 0, chunk, 0, chunk.length);
    }

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
        Objects.checkFromIndexSize(index, length, bytes.length);
        byte[] after = Arrays.copyOf(bytes, bytes.length - length + count);
        System.arraycopy(source, offset, after, index, count);
        System.arraycopy(
                bytes, index + length, after, index + count, bytes.length - index - length);
        bytes = after;
    }

    /** The bytes as UTF-8. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
