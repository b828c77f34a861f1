package io.postern.core.http;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;

/** Character classes of HTTP (RFC 9110 section 5.6.2, RFC 9112, RFC 3986) over raw octets. */
final class Octets {
    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte TAB = '\t';

    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int TARGET = 4;
    private static final int AUTHORITY = 8;

    private static final byte[] CLASSES = classes();

    private Octets() {}

    /** tchar: what names and methods are made of. */
    static boolean isToken(byte octet) {
        return (CLASSES[octet & 0xff] & TOKEN) != 0;
    }

    /** Anything but control characters; a tab is allowed. */
    static boolean isValue(byte octet) {
        return (CLASSES[octet & 0xff] & VALUE) != 0;
    }

    /** Whether all octets may occur in a value. */
    static boolean areValue(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isValue(octets[i])) {
                return false;
            }
        }
        return true;
    }

    /** Visible ASCII: what a request target is made of. */
    static boolean isTarget(byte octet) {
        return (CLASSES[octet & 0xff] & TARGET) != 0;
    }

    /** Whether all octets may occur in an authority; the same set as Envoy's. */
    static boolean isAuthority(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((CLASSES[octets[i] & 0xff] & AUTHORITY) == 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isSpace(byte octet) {
        return octet == SP || octet == TAB;
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** Whether these octets are {@code lower}, letter case apart. */
    static boolean same(byte[] octets, int from, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte octet = octets[from + i];
            if (octet != lower[i]
                    && (octet < 'A' || octet > 'Z' || (byte) (octet + 32) != lower[i])) {
                return false;
            }
        }
        return true;
    }

    /** The number written in decimal digits, or -1 when it is none or has more than 18 digits. */
    static long decimal(byte[] octets, int from, int length) {
        if (length == 0 || length > 18) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < from + length; i++) {
            if (!isDigit(octets[i])) {
                return -1;
            }
            number = number * 10 + (octets[i] - '0');
        }
        return number;
    }

    /** The status of a response head; 0 when it has none of three digits. */
    static int status(HeaderMap head) {
        int index = head.indexOf(HeaderName.STATUS);
        return index < 0 || head.valueLength(index) != 3
                ? 0
                : (int) Math.max(0, decimal(head.octets(), head.valueStart(index), 3));
    }

    static boolean contains(byte[] octets, int from, int length, byte wanted) {
        for (int i = from; i < from + length; i++) {
            if (octets[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int i = 0; i < 256; i++) {
            boolean visible = i > 0x20 && i < 0x7f;
            boolean alphanumeric = i < 0x80 && Character.isLetterOrDigit(i);
            int bits = visible ? TARGET : 0;
            bits |= visible || i == ' ' || i == '\t' || i >= 0x80 ? VALUE : 0;
            bits |= alphanumeric || (visible && "!#$%&'*+-.^_`|~".indexOf(i) >= 0) ? TOKEN : 0;
            bits |=
                    alphanumeric || (visible && "!$%&'()*+,-.:;=@[]_~".indexOf(i) >= 0)
                            ? AUTHORITY
                            : 0;
            classes[i] = (byte) bits;
        }
        return classes;
    }
}
