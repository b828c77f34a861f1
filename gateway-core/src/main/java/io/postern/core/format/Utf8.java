package io.postern.core.format;

/** Tells well-formed UTF-8 (RFC 3629 section 4) without decoding it. Pure functions. */
final class Utf8 {
    private Utf8() {}

    static boolean isWellFormed(byte[] octets, int start, int end) {
        int at = start;
        while (at < end) {
            int length = length(octets[at]);
            if (length == 0 || at + length > end) {
                return false;
            }
            int code = length == 1 ? octets[at] : octets[at] & (0x7f >> length);
            for (int i = 1; i < length; i++) {
                if ((octets[at + i] & 0xc0) != 0x80) {
                    return false;
                }
                code = (code << 6) | (octets[at + i] & 0x3f);
            }
            if (!isScalar(code, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static int length(byte first) {
        if (first >= 0) {
            return 1;
        }
        int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones >= 2 && ones <= 4 ? ones : 0;
    }

    /** Not a surrogate, not too large, and not longer than it has to be. */
    private static boolean isScalar(int code, int length) {
        int least =
                switch (length) {
                    case 1 -> 0;
                    case 2 -> 0x80;
                    case 3 -> 0x800;
                    default -> 0x10000;
                };
        return code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    }
}
