package io.postern.filters.wasm.vm;

import io.postern.sdk.Body;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a gRPC response into messages, and frames those of a request: one octet of flags, the length
 * as four octets, most significant first, then the message. Confined to one loop.
 *
 * <p>Source: the gRPC over HTTP/2 protocol, Length-Prefixed-Message.
 */
final class GrpcMessages {
    /** A message may be this long; Envoy has no limit. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int HEAD = 5;

    private byte[] held = new byte[0];
    private int length;

    static byte[] frame(byte[] message) {
        var framed = new byte[HEAD + message.length];
        for (int i = 1; i < HEAD; i++) {
            framed[i] = (byte) (message.length >>> ((HEAD - 1 - i) * Byte.SIZE));
        }
        System.arraycopy(message, 0, framed, HEAD, message.length);
        return framed;
    }

    /** Takes more of the response. */
    void add(Body bytes) {
        int count = bytes.length();
        if (length + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, length + count));
        }
        bytes.copyTo(0, held, length, count);
        length += count;
    }

    /** Whether what comes next cannot be taken: compressed, or too long. */
    boolean isUnreadable() {
        return length >= HEAD && ((held[0] != 0 && size() > 0) || size() > MAX_BYTES || size() < 0);
    }

    /** The next whole message, or null. */
    byte @Nullable [] next() {
        if (length < HEAD || isUnreadable() || length - HEAD < size()) {
            return null;
        }
        int end = HEAD + size();
        byte[] message = Arrays.copyOfRange(held, HEAD, end);
        System.arraycopy(held, end, held, 0, length - end);
        length -= end;
        return message;
    }

    private int size() {
        return ((held[1] & 0xff) << 24)
                | ((held[2] & 0xff) << 16)
                | ((held[3] & 0xff) << 8)
                | (held[4] & 0xff);
    }
}
