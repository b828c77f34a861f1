package io.postern.core.headers;

/**
 * Tells paths that everybody reads alike from those that two readers could take for different
 * resources. Pure functions.
 *
 * <p>Source: {@code reject_ambiguous_paths} of {@code postern.filters.http.hardening.v1.Hardening}.
 */
final class StrictPath {
    private StrictPath() {}

    /** Whether the path, without its query string, has one reading only. */
    static boolean isPlain(byte[] a, int from, int to) {
        for (int at = from; at < to; at++) {
            switch (a[at]) {
                case '\\', ';', '"', '<', '>', '[', ']', '^', '`', '{', '|', '}' -> {
                    return false; // the last ten: RFC 3986 has no place for them in a path
                }
                case '/' -> {
                    if (isEmptyOrDots(a, at + 1, to)) {
                        return false;
                    }
                }
                case '%' -> {
                    int length = escape(a, at, to);
                    if (length == 0) {
                        return false;
                    }
                    at += length - 1;
                }
                default -> {}
            }
        }
        return true;
    }

    // The segment at an index: nothing before another slash, or dots. A path may end with a slash.
    private static boolean isEmptyOrDots(byte[] a, int at, int to) {
        int end = at;
        while (end < to && a[end] == '.') {
            end++;
        }
        boolean over = end == to || a[end] == '/';
        int dots = end - at;
        return over && (dots == 0 ? end < to : dots <= 2);
    }

    /** Length of the escaped character here; 0 when it is broken or not to be escaped in a path. */
    private static int escape(byte[] a, int at, int to) {
        int first = octet(a, at, to);
        if (first < 0x80) {
            return first < 0 || isTelling(first) ? 0 : 3;
        }
        int follow = first >= 0xc2 && first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (first < 0xc2 || first > 0xf4) {
            return 0; // overlong, or the middle of a character
        }
        int codePoint = first & (0x3f >> follow);
        for (int i = 1; i <= follow; i++) {
            int next = octet(a, at + 3 * i, to);
            boolean outside =
                    i == 1
                            && ((first == 0xe0 && next < 0xa0)
                                    || (first == 0xed && next > 0x9f)
                                    || (first == 0xf0 && next < 0x90)
                                    || (first == 0xf4 && next > 0x8f));
            if (next < 0x80 || next > 0xbf || outside) {
                return 0;
            }
            codePoint = (codePoint << 6) | (next & 0x3f);
        }
        return isTellingElsewhere(codePoint) ? 0 : 3 * (follow + 1);
    }

    // Compatibility forms (Unicode's NFKC, Windows' best fit) of what isTelling holds for.
    private static boolean isTellingElsewhere(int codePoint) {
        return switch (codePoint) {
            case 0x2215, 0x2044, 0xff0f, 0xfe68, 0xff3c, 0x2216 -> true; // slashes
            case 0x2024, 0x2025, 0x2026, 0xfe52, 0xff0e -> true; // dots
            case 0x037e, 0xfe54, 0xff1b, 0xfe56, 0xff1f, 0xfe5f, 0xff03, 0xfe6a, 0xff05 -> true;
            default -> false;
        };
    }

    private static boolean isTelling(int octet) {
        return octet < 0x20
                || octet == 0x7f
                || switch (octet) {
                    case '/', '\\', '.', '%', ';', '?', '#' -> true;
                    default -> false;
                };
    }

    private static int octet(byte[] a, int at, int to) {
        if (at + 2 >= to || a[at] != '%') {
            return -1;
        }
        int high = Character.digit(a[at + 1], 16);
        int low = Character.digit(a[at + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
