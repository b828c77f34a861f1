package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * Removes the headers that the Connection header of an HTTP/1 request names, RFC 9110 section
 * 7.6.1. Refuses to remove what says where the request came from, as Envoy does. Thread-safe: pure
 * functions.
 */
final class ConnectionHeader {
    private static final int MOST_NAMES = 10;
    private static final int LONGEST_TE = 256;
    private static final HeaderName TE = HeaderName.of("te");
    private static final String[] OPTIONS = {
        "close", "http2-settings", "keep-alive", "upgrade", "connection"
    };
    private static final String[] PROTECTED = {
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"
    };

    private ConnectionHeader() {}

    /** Whether the request may go on. */
    static boolean removeNominated(HeaderMap head) {
        int line = head.indexOf(Upgrade.CONNECTION);
        if (line < 0) {
            return true;
        }
        // a copy, since removing headers may move the array; requests seldom name any
        byte[] value = head.valueOctets(line);
        int names = 0;
        for (int at = 0; at < value.length; ) {
            int stop = Tokens.end(value, at, value.length);
            int from = Tokens.skipBlanks(value, at, stop);
            int length = Tokens.trimBlanks(value, from, stop) - from;
            at = stop + 1;
            if (length == 0) {
                continue;
            }
            if (++names >= MOST_NAMES || isAny(value, from, length, PROTECTED)) {
                return false;
            }
            if (value[from] == ':' || !remove(head, value, from, length)) {
                return false;
            }
        }
        return true;
    }

    private static boolean remove(HeaderMap head, byte[] name, int from, int length) {
        if (isAny(name, from, length, OPTIONS)) {
            return true;
        }
        if (Tokens.same(name, from, length, "te")) {
            int te = head.indexOf(TE);
            if (te >= 0 && head.valueLength(te) >= LONGEST_TE) {
                return false;
            }
            keepTrailers(head);
            return true;
        }
        head.remove(name, from, length);
        return true;
    }

    /** Of the TE header only {@code trailers} is passed on. */
    static void keepTrailers(HeaderMap head) {
        if (!head.contains(TE)) {
            return;
        }
        if (Tokens.contains(head, TE, "trailers")) {
            head.set(TE, "trailers");
        } else {
            head.remove(TE);
        }
    }

    private static boolean isAny(byte[] octets, int from, int length, String[] names) {
        for (String name : names) {
            if (Tokens.same(octets, from, length, name)) {
                return true;
            }
        }
        return false;
    }
}
