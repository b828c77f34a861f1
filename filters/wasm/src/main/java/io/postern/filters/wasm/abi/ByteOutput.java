package io.postern.filters.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that is used over and over. Confined to one thread. */
public final class ByteOutput {
    private byte[] bytes = new byte[256];
    private int length;
    private ValueType type = ValueType.BYTES;

    /** Starts anew. */
    public ByteOutput clear() {
        length = 0;
        type = ValueType.BYTES;
        return this;
    }

    /** What the bytes mean; {@link ValueType#BYTES} until said otherwise. */
    ValueType type() {
        return type;
    }

    ByteOutput as(ValueType what) {
        type = what;
        return this;
    }

    /** The i64 at an index, least significant byte first. */
    long getLong(int index) {
        long value = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (bytes[index + i] & 0xff);
        }
        return value;
    }

    /** What was written, from 0 to {@link #length}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Number of bytes written. */
    public int length() {
        return length;
    }

    /** Appends bytes. */
    public ByteOutput put(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends one byte. */
    public ByteOutput put(int octet) {
        reserve(1);
        bytes[length++] = (byte) octet;
        return this;
    }

    /** Appends text as UTF-8. */
    public ByteOutput put(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return put(utf8, 0, utf8.length);
    }

    /** Appends an i64, least significant byte first. */
    public ByteOutput putLong(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            put((int) (value >>> shift));
        }
        return this;
    }

    /** Appends an i32, least significant byte first. */
    public ByteOutput putInt(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            put(value >>> shift);
        }
        return this;
    }

    private void reserve(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
