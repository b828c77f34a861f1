package io.postern.core.route;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** The path of a request target. Thread-safe: pure functions. */
public final class RequestPath {
    private RequestPath() {}

    /** Length of a request target up to its query or fragment. */
    public static int length(byte[] octets, int start, int length) {
        for (int i = 0; i < length; i++) {
            byte octet = octets[start + i];
            if (octet == '?' || octet == '#') {
                return i;
            }
        }
        return length;
    }

    /** Length of a path up to its first semicolon; negative without a path. */
    static int lengthWithoutParameters(byte[] octets, int start, int length) {
        for (int i = 0; i < length; i++) {
            if (octets[start + i] == ';') {
                return i;
            }
        }
        return length;
    }

    /** Length of the path of a request without query and fragment, or -1 without a path. */
    public static int length(HeaderMap head) {
        int index = head.indexOf(HeaderName.PATH);
        return index < 0
                ? -1
                : length(head.octets(), head.valueStart(index), head.valueLength(index));
    }
}
