package io.postern.filters.builtin.statefulsession;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is in a session's cookie: Envoy's {@code message Cookie {string address = 1; uint64 expires
 * = 2;}} in the encoding of protobuf, of which a filter needs no more than this.
 *
 * @param address of the host
 * @param expires in seconds since 1970; 0: never
 */
record CookieMessage(String address, long expires) {
    private static final int VARINT = 0;
    private static final int EIGHT_OCTETS = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_OCTETS = 5;
    private static final int LONGEST_VARINT = 10;

    /** Null: the octets are something else. */
    static @Nullable CookieMessage read(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        String address = "";
        long expires = 0;
        try {
            while (in.hasRemaining()) {
                long tag = varint(in);
                long field = tag >>> 3;
                switch ((int) (tag & 7)) {
                    case VARINT -> {
                        long value = varint(in);
                        expires = field == 2 ? value : expires;
                    }
                    case LENGTH -> {
                        byte[] text = octets(in);
                        address = field == 1 ? new String(text, StandardCharsets.UTF_8) : address;
                    }
                    case EIGHT_OCTETS -> in.getLong();
                    case FOUR_OCTETS -> in.getInt();
                    default -> {
                        return null;
                    }
                }
            }
            return new CookieMessage(address, expires);
        } catch (BufferUnderflowException e) {
            return null; // it ends in the middle: the JDK has no other way to say so
        }
    }

    private static byte[] octets(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] octets = new byte[(int) length];
        in.get(octets);
        return octets;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            byte octet = in.get();
            value |= (long) (octet & 0x7f) << (7 * i);
            if (octet >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException();
    }

    /** The message's octets; what is 0 is left out. */
    byte[] octets() {
        byte[] text = address.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(text.length + 2 + 2 * LONGEST_VARINT);
        out.put((byte) (1 << 3 | LENGTH));
        put(out, text.length);
        out.put(text);
        if (expires != 0) {
            out.put((byte) (2 << 3 | VARINT));
            put(out, expires);
        }
        byte[] octets = new byte[out.flip().remaining()];
        out.get(octets);
        return octets;
    }

    private static void put(ByteBuffer out, long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.put((byte) (left | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }
}
