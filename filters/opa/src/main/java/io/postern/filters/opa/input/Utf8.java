package io.postern.filters.opa.input;

import java.util.Arrays;

/** Well-formed UTF-8, RFC 3629 section 4: no overlong forms, no surrogates, at most U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** Length of the well-formed sequence at {@code at}, or 0 when there is none. */
    static int sequenceLength(byte[] text, int at, int end) {
        int first = text[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2
                || first > 0xf4
                || at + length > end
                || !second(first, text[at + 1] & 0xff)) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((text[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** The text itself when it is well-formed; else a copy with {@code !} for each stray octet. */
    static byte[] coerced(byte[] text, int length) {
        byte[] result = text;
        boolean copied = false;
        for (int i = 0; i < length; ) {
            int sequence = text[i] >= 0 ? 1 : sequenceLength(text, i, length);
            if (sequence == 0) {
                if (!copied) {
                    copied = true;
                    result = Arrays.copyOf(text, length);
                }
                result[i] = '!';
                sequence = 1;
            }
            i += sequence;
        }
        return result;
    }

    private static boolean second(int first, int second) {
        return switch (first) {
            case 0xe0 -> second >= 0xa0 && second <= 0xbf;
            case 0xed -> second >= 0x80 && second <= 0x9f;
            case 0xf0 -> second >= 0x90 && second <= 0xbf;
            case 0xf4 -> second >= 0x80 && second <= 0x8f;
            default -> second >= 0x80 && second <= 0xbf;
        };
    }
}
