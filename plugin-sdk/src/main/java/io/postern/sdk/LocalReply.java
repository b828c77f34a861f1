package io.postern.sdk;

import java.util.List;

/**
 * An answer made by the gateway or a filter instead of an upstream.
 *
 * @param status HTTP status, 200 to 599
 * @param details why, as one token for {@code %RESPONSE_CODE_DETAILS%}
 * @param body the body, not copied: do not change it afterwards
 * @param headers further response headers
 * @param grpcStatus status for gRPC callers, or -1 to derive it from {@code status}
 */
public record LocalReply(
        int status, String details, byte[] body, List<Header> headers, int grpcStatus) {
    private static final byte[] NO_BODY = {};

    /** One response header of a local reply. */
    public record Header(HeaderName name, byte[] value) {}

    public LocalReply {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        headers = List.copyOf(headers);
    }

    /** A reply without a body or further headers. */
    public static LocalReply of(int status, String details) {
        return new LocalReply(status, details, NO_BODY, List.of(), -1);
    }

    /** A reply with a body. */
    public static LocalReply of(int status, String details, byte[] body) {
        return new LocalReply(status, details, body, List.of(), -1);
    }
}
