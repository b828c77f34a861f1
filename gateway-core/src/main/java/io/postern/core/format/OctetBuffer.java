package io.postern.core.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing row of octets that is written over and over: formats and rewrites go here before they
 * become header values or log lines. Confined to one thread at a time; keep one per worker.
 */
public final class OctetBuffer {
    private static final int KEEP_AT_MOST = 64 * 1024; // one huge line must not stay for ever

    private byte[] octets;
    private int length;

    /** An empty buffer with room for a usual header value. */
    public OctetBuffer() {
        this(256);
    }

    /** An empty buffer with room for {@code expected} octets. */
    public OctetBuffer(int expected) {
        octets = new byte[Math.max(16, expected)];
    }

    /** The backing array: valid up to {@link #length()} and until the next append. */
    public byte[] array() {
        return octets;
    }

    /** Octets written since the last {@link #clear()}. */
    public int length() {
        return length;
    }

    /** Forgets the octets, keeps usual amounts of memory. */
    public void clear() {
        length = 0;
        if (octets.length > KEEP_AT_MOST) {
            octets = new byte[256];
        }
    }

    /** Forgets everything after the first {@code newLength} octets. */
    public void truncate(int newLength) {
        length = Math.min(length, newLength);
    }

    /** Appends one octet. */
    public void append(int octet) {
        reserve(1);
        octets[length++] = (byte) octet;
    }

    /** Appends all of {@code source}. */
    public void append(byte[] source) {
        append(source, 0, source.length);
    }

    /** Appends {@code count} octets of {@code source}. */
    public void append(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, octets, length, count);
        length += count;
    }

    /** Appends Latin-1 text, one octet a char. */
    @SuppressWarnings("deprecation") // the only copy of Latin-1 chars into an array without garbage
    public void appendLatin1(String text) {
        int count = text.length();
        reserve(count);
        text.getBytes(0, count, octets, length);
        length += count;
    }

    /** Appends text as UTF-8; ASCII text costs no garbage. */
    public void appendUtf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                append(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
        }
        appendLatin1(text);
    }

    /** Appends {@code value} in decimal digits. */
    public void appendDecimal(long value) {
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                appendLatin1(Long.toString(value));
                return;
            }
            append('-');
            value = -value;
        }
        int digits = digits(value);
        appendPadded(value, digits);
    }

    /** Appends the last {@code width} decimal digits of {@code value}, 0 or more, with zeros. */
    public void appendPadded(long value, int width) {
        reserve(width);
        for (int i = width - 1; i >= 0; i--) {
            octets[length + i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        length += width;
    }

    /** Puts {@code count} octets between what is there, at {@code at}. */
    public void insert(int at, byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(octets, at, octets, at + count, length - at);
        System.arraycopy(source, offset, octets, at, count);
        length += count;
    }

    /** A copy of what was written. */
    public byte[] toOctets() {
        return Arrays.copyOf(octets, length);
    }

    /** What was written, as UTF-8; for tests and rare paths. */
    @Override
    public String toString() {
        return new String(octets, 0, length, StandardCharsets.UTF_8);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void reserve(int count) {
        int needed = Math.addExact(length, count);
        if (needed > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(needed, octets.length * 2));
        }
    }
}
