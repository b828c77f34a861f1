package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * What a connection manager does to the authority: the trailing dot and the port can go.
 * Thread-safe: immutable.
 */
record HostRules(boolean stripMatchingPort, boolean stripAnyPort, boolean stripTrailingDot) {
    void apply(HeaderMap head, int localPort) {
        if (!stripMatchingPort && !stripAnyPort && !stripTrailingDot) {
            return;
        }
        int index = head.indexOf(HeaderName.AUTHORITY);
        if (index < 0 || head.valueLength(index) == 0) {
            return;
        }
        if (stripTrailingDot) {
            stripDot(head, index);
        }
        if (stripAnyPort || stripMatchingPort) {
            stripPort(head, index, localPort);
        }
    }

    private static void stripDot(HeaderMap head, int index) {
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        int dot = length - 1;
        while (dot >= 0 && octets[start + dot] != '.') {
            dot--;
        }
        if (dot < 0 || (dot < length - 1 && octets[start + dot + 1] != ':')) {
            return;
        }
        byte[] value = head.valueOctets(index);
        System.arraycopy(value, dot + 1, value, dot, length - dot - 1);
        head.setValue(index, value, 0, length - 1);
    }

    private void stripPort(HeaderMap head, int index, int localPort) {
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        int colon = length - 1;
        long port = 0;
        long unit = 1;
        while (colon >= 0 && octets[start + colon] != ':') {
            int digit = octets[start + colon] - '0';
            if (digit < 0 || digit > 9 || unit > 1_000_000_000) {
                return; // no port, the end of an IPv6 address, or nonsense
            }
            port += digit * unit;
            unit *= 10;
            colon--;
        }
        boolean hasPort = colon >= 0 && colon < length - 1;
        if (hasPort && (stripAnyPort || port == localPort)) {
            head.setValue(index, octets, start, colon); // in place: it gets shorter
        }
    }
}
