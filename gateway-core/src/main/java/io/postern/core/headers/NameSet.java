package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Header names that are removed in one walk over a head. Thread-safe: immutable. */
final class NameSet {
    private final byte[][][] byLength;

    private NameSet(byte[][][] byLength) {
        this.byLength = byLength;
    }

    /** Lower-case names. */
    static NameSet of(String... names) {
        int longest = 0;
        for (String name : names) {
            longest = Math.max(longest, name.length());
        }
        byte[][][] byLength = new byte[longest + 1][0][];
        for (String name : names) {
            int length = name.length();
            byte[][] same = Arrays.copyOf(byLength[length], byLength[length].length + 1);
            same[same.length - 1] = name.getBytes(StandardCharsets.US_ASCII);
            byLength[length] = same;
        }
        return new NameSet(byLength);
    }

    boolean isEmpty() {
        return byLength.length <= 1;
    }

    /** Removes every line with one of the names. */
    void removeFrom(HeaderMap head) {
        for (int i = head.size() - 1; i >= 0; i--) {
            if (contains(head, i)) {
                head.removeAt(i);
            }
        }
    }

    /** Whether the name of line {@code index} is one of these. */
    boolean contains(HeaderMap head, int index) {
        int length = head.nameLength(index);
        if (length >= byLength.length) {
            return false;
        }
        int start = head.nameStart(index);
        for (byte[] name : byLength[length]) {
            if (Arrays.equals(head.octets(), start, start + length, name, 0, length)) {
                return true;
            }
        }
        return false;
    }
}
