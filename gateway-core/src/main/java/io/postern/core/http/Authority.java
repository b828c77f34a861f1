package io.postern.core.http;

/**
 * The grammar of authorities: {@code host[:port]} as in Host and {@code :authority} (RFC 9110
 * section 7.2), and the narrower one of an absolute request target. Pure functions.
 *
 * <p>Stricter than Envoy about ports, brackets and user information: what one reader takes for the
 * host must not be the port or the user to the next one.
 */
public final class Authority {
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    private Authority() {}

    /** Whether a Host header or {@code :authority} may look like this; it may be empty. */
    static boolean isHeader(byte[] a, int from, int to) {
        if (!Octets.isAuthority(a, from, to)) {
            return false;
        }
        int end = hostEnd(a, from, to);
        boolean portOfNobody = end == from && end < to;
        return end >= 0
                && !portOfNobody
                && escapesArePlain(a, from, end)
                && (end == to || isPort(a, end + 1, to, true));
    }

    /** Whether an absolute target may name this, without user information. */
    public static boolean isOfUrl(byte[] a, int from, int to) {
        int end = hostEnd(a, from, to);
        if (end <= from || (end < to && !isPort(a, end + 1, to, false))) {
            return false;
        }
        boolean literal = a[from] == '['; // without a zone, which is of the sender's machine only
        for (int i = from; i < end; i++) {
            boolean plain =
                    literal
                            ? a[i] != '%'
                            : Character.isLetterOrDigit(a[i]) || a[i] == '.' || a[i] == '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    // Whole, and nothing that ends the host for a reader that takes them apart first.
    private static boolean escapesArePlain(byte[] a, int from, int to) {
        for (int i = from; i < to && a[from] != '['; i++) {
            if (a[i] == '%' && (i + 2 >= to || !isPlainEscape(a[i + 1], a[i + 2]))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlainEscape(byte first, byte second) {
        int high = Character.digit(first, 16);
        int low = Character.digit(second, 16);
        if (high < 0 || low < 0) {
            return false;
        }
        int octet = high << 4 | low;
        return octet > ' '
                && octet != 0x7f
                && switch (octet) {
                    case '/', '\\', '?', '#', '@', ':', '[', ']', '%', ',' -> false;
                    default -> true;
                };
    }

    // Where the host ends: at a colon or at the end; -1 when it is none.
    private static int hostEnd(byte[] a, int from, int to) {
        if (from < to && a[from] == '[') {
            return literalEnd(a, from, to);
        }
        int at = from;
        while (at < to && a[at] != ':') {
            if (a[at] == '[' || a[at] == ']' || a[at] == '@') {
                return -1;
            }
            at++;
        }
        return at;
    }

    private static int literalEnd(byte[] a, int from, int to) {
        int at = from + 1;
        boolean zone = false;
        int colons = 0;
        while (at < to && a[at] != ']') {
            if (a[at] == '%' && !zone) { // RFC 6874: its percent sign is escaped
                if (at + 3 >= to || a[at + 1] != '2' || a[at + 2] != '5' || a[at + 3] == ']') {
                    return -1;
                }
                zone = true;
            }
            colons += a[at] == ':' ? 1 : 0;
            boolean address = Character.digit(a[at], 16) >= 0 || a[at] == ':' || a[at] == '.';
            if (!address && !zone) {
                return -1;
            }
            at++;
        }
        boolean closed = at < to && colons >= 2; // an IPv6 address has two at least
        return closed && (at + 1 == to || a[at + 1] == ':') ? at + 1 : -1;
    }

    private static boolean isPort(byte[] a, int from, int to, boolean mayBeEmpty) {
        if (from == to) {
            return mayBeEmpty;
        }
        return to - from <= MAX_PORT_DIGITS
                && Octets.decimal(a, from, to - from) >= 0
                && Octets.decimal(a, from, to - from) <= MAX_PORT;
    }
}
