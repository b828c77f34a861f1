package io.postern.core.upstream.health;

import java.util.List;

/**
 * Looks for octets in what a host said. Thread-safe: stateless.
 *
 * <p>Source: Envoy's {@code PayloadMatcher}: the pieces must be there in this order, whatever is
 * between them.
 */
final class PayloadMatch {
    private PayloadMatch() {}

    static boolean matches(List<byte[]> pieces, byte[] said) {
        int at = 0;
        for (byte[] piece : pieces) {
            int found = indexOf(said, piece, at);
            if (found < 0) {
                return false;
            }
            at = found + piece.length;
        }
        return true;
    }

    private static int indexOf(byte[] text, byte[] piece, int from) {
        for (int start = from; start <= text.length - piece.length; start++) {
            int i = 0;
            while (i < piece.length && text[start + i] == piece[i]) {
                i++;
            }
            if (i == piece.length) {
                return start;
            }
        }
        return -1;
    }
}
