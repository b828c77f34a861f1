package io.postern.core.headers;

import io.postern.core.format.OctetBuffer;

/**
 * Brings a path into the form in which equal paths look equal: dot segments are resolved,
 * backslashes become slashes, needless escapes go, and octets that have no place in a path are
 * escaped (RFC 3986 section 6.2.2, with the tables of Chromium's URL parser that Envoy uses).
 * Thread-safe: pure functions.
 */
final class PathCanonicalizer {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private PathCanonicalizer() {}

    /** Whether there is nothing to do: the usual case, told without writing anything. */
    static boolean isCanonical(byte[] octets, int start, int length) {
        if (length == 0 || octets[start] != '/') {
            return false;
        }
        for (int i = start; i < start + length; i++) {
            byte octet = octets[i];
            if ((octet == '.' && octets[i - 1] == '/') || octet == '%' || !passes(octet)) {
                return false;
            }
        }
        return true;
    }

    /** Appends the canonical path; false when there is none. */
    static boolean write(byte[] octets, int start, int length, OctetBuffer out) {
        int root = out.length();
        int end = start + length;
        int at = start;
        if (length == 0 || !isSlash(octets[start])) {
            out.append('/');
        }
        while (at < end) {
            if (isSlash(octets[at])) {
                out.append('/');
                at++;
            }
            int stop = segmentEnd(octets, at, end);
            int dots = dots(octets, at, stop);
            if (dots == 0) {
                if (!writeSegment(octets, at, stop, out)) {
                    return false;
                }
                at = stop;
                continue;
            }
            if (dots == 2) {
                leaveSegment(out, root);
            }
            at = stop < end ? stop + 1 : stop; // the slash before it stands for both
        }
        return true;
    }

    private static int segmentEnd(byte[] octets, int at, int end) {
        int stop = at;
        while (stop < end && !isSlash(octets[stop])) {
            stop++;
        }
        return stop;
    }

    /** 1 or 2 for a dot segment, escaped or not and with parameters or not; 0 for another. */
    private static int dots(byte[] octets, int from, int stop) {
        int dots = 0;
        int at = from;
        while (at < stop && dots < 3) {
            if (octets[at] == '.') {
                at++;
            } else if (at + 2 < stop
                    && octets[at] == '%'
                    && octets[at + 1] == '2'
                    && (octets[at + 2] | 0x20) == 'e') {
                at += 3;
            } else {
                break;
            }
            dots++;
        }
        // parameters only count after plain dots, as in Envoy
        boolean parameters = at < stop && octets[at] == ';' && at - from == dots;
        return dots <= 2 && (at == stop || parameters) ? dots : 0;
    }

    private static void leaveSegment(OctetBuffer out, int root) {
        int at = out.length() - 1; // the slash before the dots
        while (at > root && out.array()[at - 1] != '/') {
            at--;
        }
        out.truncate(Math.max(at, root + 1));
    }

    private static boolean writeSegment(byte[] octets, int from, int stop, OctetBuffer out) {
        int broken = Integer.MIN_VALUE; // where the last % is that begins no escape
        for (int at = from; at < stop; at++) {
            byte octet = octets[at];
            if (octet == '%'
                    && at + 2 < stop
                    && hex(octets[at + 1]) >= 0
                    && hex(octets[at + 2]) >= 0) {
                int value = hex(octets[at + 1]) << 4 | hex(octets[at + 2]);
                if (value == 0) {
                    return false;
                }
                at += 2;
                if (isUnreserved(value)) {
                    out.append(value);
                    if (broken >= out.length() - 3) {
                        keepBroken(out, broken, at + 1 < stop ? octets[at + 1] : 0);
                    }
                } else {
                    out.append(octets, at - 2, 3);
                }
            } else if (octet == '%') {
                broken = out.length();
                out.append(octet);
            } else if (passes(octet)) {
                out.append(octet);
            } else {
                out.append('%');
                out.append(HEX[(octet & 0xf0) >> 4]);
                out.append(HEX[octet & 0xf]);
            }
        }
        return true;
    }

    // "%2%66" must not become "%2f", which means something else: its first % is escaped.
    private static void keepBroken(OctetBuffer out, int broken, byte next) {
        byte[] written = out.array();
        boolean isSecond = broken == out.length() - 3;
        byte first = isSecond ? written[broken + 1] : written[out.length() - 1];
        byte second = isSecond ? written[out.length() - 1] : next;
        if (hex(first) < 0 || hex(second) < 0) {
            return;
        }
        out.truncate(broken);
        out.append('%');
        out.append('2');
        out.append('5');
        out.append(first);
        if (isSecond) {
            out.append(second);
        }
    }

    private static boolean isSlash(byte octet) {
        return octet == '/' || octet == '\\';
    }

    /** What stays as it is. */
    private static boolean passes(byte octet) {
        return octet > ' '
                && octet < 0x7f
                && switch (octet) {
                    case '"', '#', '<', '>', '?', '\\', '^', '`', '{', '|', '}' -> false;
                    default -> true;
                };
    }

    private static boolean isUnreserved(int value) {
        return (value >= 'a' && value <= 'z')
                || (value >= 'A' && value <= 'Z')
                || (value >= '0' && value <= '9')
                || value == '-'
                || value == '.'
                || value == '_'
                || value == '~';
    }

    private static int hex(byte octet) {
        return Character.digit(octet, 16);
    }
}
