package io.postern.core.headers;

import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** Comma-separated header values, RFC 9110 section 5.6.1. Thread-safe: pure functions. */
final class Tokens {
    private Tokens() {}

    /** Whether a line called {@code name} has this lower-case token, letter case apart. */
    static boolean contains(HeaderMap head, HeaderName name, String token) {
        for (int i = head.indexOf(name); i >= 0; i = head.indexOf(name, i + 1)) {
            int end = head.valueStart(i) + head.valueLength(i);
            for (int at = head.valueStart(i); at < end; ) {
                int stop = end(head.octets(), at, end);
                int from = skipBlanks(head.octets(), at, stop);
                int to = trimBlanks(head.octets(), from, stop);
                if (same(head.octets(), from, to - from, token)) {
                    return true;
                }
                at = stop + 1;
            }
        }
        return false;
    }

    /** Makes one line of several, in their order. */
    static void join(HeaderMap head, HeaderName name, OctetBuffer scratch) {
        int first = head.indexOf(name);
        if (first < 0 || head.indexOf(name, first + 1) < 0) {
            return;
        }
        scratch.clear();
        for (int i = first; i >= 0; i = head.indexOf(name, i + 1)) {
            if (i != first) {
                scratch.append(',');
            }
            scratch.append(head.octets(), head.valueStart(i), head.valueLength(i));
        }
        head.set(name, scratch.toOctets());
    }

    /** Where the token that starts at {@code at} ends. */
    static int end(byte[] octets, int at, int end) {
        int stop = at;
        while (stop < end && octets[stop] != ',') {
            stop++;
        }
        return stop;
    }

    static int skipBlanks(byte[] octets, int at, int end) {
        int from = at;
        while (from < end && isBlank(octets[from])) {
            from++;
        }
        return from;
    }

    static int trimBlanks(byte[] octets, int from, int end) {
        int to = end;
        while (to > from && isBlank(octets[to - 1])) {
            to--;
        }
        return to;
    }

    static boolean same(byte[] octets, int start, int length, String token) {
        if (length != token.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(octets[start + i]) != token.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
