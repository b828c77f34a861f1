package io.postern.filters.opa.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable buffer that JSON is written into. Confined to one thread; grows to what one request
 * needs, which the limits on heads and bodies bound.
 */
public final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_ESCAPE = 6;
    private static final int LONGEST_NUMBER = 20;

    private byte[] octets;
    private int length;

    /** An empty buffer. */
    public JsonBytes(int expectedOctets) {
        octets = new byte[expectedOctets];
    }

    /** What was written, from index 0. */
    public byte[] octets() {
        return octets;
    }

    /** Octets that count. */
    public int length() {
        return length;
    }

    /** Forgets everything and keeps the memory. */
    public void clear() {
        length = 0;
    }

    /** Writes one octet as it is. */
    public void raw(char octet) {
        reserve(1);
        octets[length++] = (byte) octet;
    }

    /** Writes JSON that is known to be right. */
    public void raw(byte[] json) {
        raw(json, 0, json.length);
    }

    /** Writes JSON that is known to be right. */
    public void raw(byte[] json, int offset, int count) {
        reserve(count);
        System.arraycopy(json, offset, octets, length, count);
        length += count;
    }

    /** Writes a number, 0 or more. */
    public void number(long value) {
        reserve(LONGEST_NUMBER);
        int end = length + digits(value);
        long rest = value;
        for (int i = end - 1; i >= length; i--) {
            octets[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length = end;
    }

    /** Writes text in quotes. */
    public void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        string(utf8, 0, utf8.length);
    }

    /** Writes UTF-8 text in quotes; octets that are not UTF-8 become {@code !}, as in Envoy. */
    public void string(byte[] text, int offset, int count) {
        raw('"');
        text(text, offset, count);
        raw('"');
    }

    /** Writes part of a text, without quotes. */
    public void text(byte[] text, int offset, int count) {
        reserve(count);
        int end = offset + count;
        int i = offset;
        while (i < end) {
            byte octet = text[i];
            if (octet >= ' ' && octet != '"' && octet != '\\' && octet != 0x7f) {
                if (length == octets.length) {
                    reserve(end - i);
                }
                octets[length++] = octet;
                i++;
            } else if (octet < 0) {
                i += multibyte(text, i, end);
            } else {
                escape(octet);
                i++;
            }
        }
    }

    private int multibyte(byte[] text, int at, int end) {
        int count = Utf8.sequenceLength(text, at, end);
        if (count == 0) {
            raw('!');
            return 1;
        }
        raw(text, at, count);
        return count;
    }

    private void escape(byte octet) {
        reserve(LONGEST_ESCAPE);
        octets[length++] = '\\';
        if (octet == '"' || octet == '\\') {
            octets[length++] = octet;
            return;
        }
        octets[length++] = 'u';
        octets[length++] = '0';
        octets[length++] = '0';
        octets[length++] = HEX[octet >> 4];
        octets[length++] = HEX[octet & 15];
    }

    private void reserve(int count) {
        if (count > octets.length - length) {
            octets =
                    Arrays.copyOf(
                            octets, Math.max(octets.length * 2, Math.addExact(length, count)));
        }
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
