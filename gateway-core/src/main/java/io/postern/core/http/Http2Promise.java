package io.postern.core.http;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * What a response has to keep to, and Netty does not see to (RFC 9113 sections 8.1 and 8.1.1): no
 * body behind a head that has none, some body where a length was promised. Behind the gateway the
 * same head frames a message of HTTP/1. Netty counts what comes of a body that has begun.
 */
final class Http2Promise {
    private static final int MAX_INTERIM = 32; // as of an upstream of HTTP/1

    private int interim;
    private boolean ofHead;
    private boolean ofConnect;
    private boolean bodiless;
    private boolean owed;

    void asked(HeaderMap request, int method) {
        ofHead = request.valueIs(method, "HEAD");
        ofConnect = request.valueIs(method, "CONNECT");
    }

    boolean oneMoreInterim() {
        return ++interim <= MAX_INTERIM;
    }

    /** False when the length is no number, or one of a 204 (RFC 9110 section 8.6). */
    boolean heard(HeaderMap head, int status) {
        bodiless = ofHead || status == 204 || status == 304;
        int line = head.indexOf(HeaderName.CONTENT_LENGTH);
        if (line < 0) {
            return true;
        }
        long length = Octets.decimal(head.octets(), head.valueStart(line), head.valueLength(line));
        owed = length > 0 && !bodiless && !ofConnect;
        return length >= 0 && (length == 0 || status != 204);
    }

    boolean mayCarry(int octets) {
        owed &= octets == 0;
        return octets == 0 || !bodiless;
    }

    boolean mayEnd() {
        return !owed;
    }
}
