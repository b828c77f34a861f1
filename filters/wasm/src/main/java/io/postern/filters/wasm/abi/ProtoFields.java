package io.postern.filters.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of a small protobuf message that a plugin wrote, one after the other. Malformed
 * input ends the reading and is remembered.
 *
 * <p>Source: the protobuf encoding, wire types 0, 1, 2 and 5.
 */
final class ProtoFields {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int number;
    private int type;
    private long value; // a number, or the length of bytes
    private int start;
    private boolean malformed;

    ProtoFields(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** Goes to the next field; false at the end and when there is none that can be read. */
    boolean next() {
        if (malformed || at >= end) {
            return false;
        }
        long tag = varint();
        number = (int) (tag >>> 3);
        type = (int) tag & 7;
        switch (type) {
            case VARINT -> value = varint();
            case FIXED64 -> skip(Long.BYTES);
            case FIXED32 -> skip(Integer.BYTES);
            case BYTES -> {
                value = varint();
                start = at;
                skip(value);
            }
            default -> malformed = true;
        }
        malformed |= number <= 0;
        return !malformed;
    }

    private void skip(long length) {
        if (length < 0 || length > end - at) {
            malformed = true;
        } else {
            at += (int) length;
        }
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at >= end) {
                malformed = true;
                return 0;
            }
            byte octet = bytes[at++];
            result |= (octet & 0x7fL) << shift;
            if (octet >= 0) {
                return result;
            }
        }
        malformed = true;
        return 0;
    }

    boolean isMalformed() {
        return malformed;
    }

    int number() {
        return number;
    }

    boolean isBytes() {
        return type == BYTES;
    }

    /** The value of a varint field. */
    long value() {
        return type == VARINT ? value : 0;
    }

    /** The value of a bytes field as text. */
    String text() {
        return new String(bytes, start, (int) value, StandardCharsets.UTF_8);
    }

    /** The value of a bytes field. */
    byte[] octets() {
        return Arrays.copyOfRange(bytes, start, start + (int) value);
    }

    /** The value of a bytes field as a message. */
    ProtoFields message() {
        return new ProtoFields(bytes, start, (int) value);
    }
}
