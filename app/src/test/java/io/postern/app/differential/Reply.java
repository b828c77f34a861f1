package io.postern.app.differential;

import java.time.Duration;
import java.util.List;

/**
 * What the recording upstream does with a request.
 *
 * @param interim statuses of 1xx answers sent first
 * @param frames when not empty: these instead of a proper answer (HTTP/2 only), see {@link
 *     Http2Frame}
 * @param raw when not empty: these octets instead of a proper answer (HTTP/1 only)
 */
record Reply(
        List<Integer> interim,
        int status,
        List<Header> headers,
        Bytes body,
        boolean chunked,
        List<Header> trailers,
        Duration delay,
        Bytes raw,
        Fault fault,
        List<String> frames) {
    Reply {
        interim = List.copyOf(interim);
        headers = List.copyOf(headers);
        trailers = List.copyOf(trailers);
        frames = List.copyOf(frames);
    }

    static final Reply OK =
            new Reply(
                    List.of(),
                    200,
                    List.of(new Header("content-type", "text/plain")),
                    Bytes.latin1("ok"),
                    false,
                    List.of(),
                    Duration.ZERO,
                    Bytes.EMPTY,
                    Fault.NONE,
                    List.of());

    enum Fault {
        NONE,
        /** Close after the whole answer. */
        CLOSE_AFTER,
        /** Close without a byte of an answer. */
        CLOSE_BEFORE,
        /** TCP reset (HTTP/1) or RST_STREAM (HTTP/2) without a byte of an answer. */
        RESET_BEFORE,
        /** Send the head and half of the body, then close. */
        CLOSE_MID_BODY,
        /** Send the head and half of the body, then reset. */
        RESET_MID_BODY
    }
}
