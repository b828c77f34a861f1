package io.postern.core.http;

/**
 * Why a head or body cannot be accepted: a value, not an exception. The details are those of
 * Envoy's access log.
 *
 * @param status to answer a client with; of no meaning on the upstream side
 */
record Fault(int status, String details) {
    static final Fault CODEC_ERROR = new Fault(400, "http1.codec_error");
    static final Fault INVALID_CHARACTERS = new Fault(400, "http1.invalid_characters");
    static final Fault INVALID_URL = new Fault(400, "http1.invalid_url");
    static final Fault HTTPS_IN_CLEAR_TEXT =
            new Fault(403, "http1.https_url_on_plaintext_connection");
    static final Fault INVALID_SCHEME = new Fault(400, "http1.invalid_scheme");
    static final Fault INVALID_AUTHORITY = new Fault(400, "http.invalid_authority");
    static final Fault MISSING_HOST = new Fault(400, "missing_host_header");
    static final Fault UNDERSCORE = new Fault(400, "http1.unexpected_underscore");
    static final Fault LENGTH_AND_CHUNKED =
            new Fault(400, "http1.content_length_and_chunked_not_allowed");
    static final Fault LENGTH_NOT_ALLOWED = new Fault(400, "http1.content_length_not_allowed");
    static final Fault CHUNKED_NOT_ALLOWED = new Fault(400, "http1.transfer_encoding_not_allowed");
    static final Fault BODY_DISALLOWED = new Fault(400, "http1.body_disallowed");
    static final Fault CONNECTION_HEADER = new Fault(400, "http1.connection_header_rejected");
    static final Fault TRANSFER_ENCODING = new Fault(501, "http1.invalid_transfer_encoding");
    static final Fault LOW_VERSION = new Fault(426, "low_version");
    static final Fault HEAD_TOO_LARGE = new Fault(431, "http1.headers_too_large");
    static final Fault TOO_MANY_HEADERS = new Fault(431, "http1.too_many_headers");
    static final Fault HTTP2_HEAD_TOO_LARGE = new Fault(431, "http2.headers_too_large");
    static final Fault HTTP2_TOO_MANY_HEADERS = new Fault(431, "http2.too_many_headers");
    static final Fault HTTP2_INVALID_FIELD = new Fault(400, "http2.invalid.header.field");
    static final Fault HTTP2_UNDERSCORE = new Fault(400, "http2.unexpected_underscore");
    static final Fault HTTP2_MESSAGING = new Fault(400, "http2.violation.of.messaging.rule");
    static final Fault HEAD_TIMEOUT = new Fault(408, "request_header_timeout");

    /** Whether the head was read, although the request cannot be served. */
    boolean hasReadableHead() {
        return equals(MISSING_HOST);
    }
}
