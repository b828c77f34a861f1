package io.postern.app.differential;

import java.util.List;

/**
 * What the client sends.
 *
 * @param headers in wire order; for HTTP/1 the Host field is among them
 * @param raw for {@link Protocol#RAW}: the octets to send, in pieces that are sent one by one
 * @param responses how many final responses the client waits for
 */
record Request(
        Protocol protocol,
        String method,
        String path,
        List<Header> headers,
        Bytes body,
        List<Header> trailers,
        List<Bytes> raw,
        int responses,
        List<Option> options) {
    Request {
        headers = List.copyOf(headers);
        trailers = List.copyOf(trailers);
        raw = List.copyOf(raw);
        options = List.copyOf(options);
    }

    /** Stands where a result belongs to a whole case file instead of one request. */
    static final Request NONE =
            new Request(
                    Protocol.RAW,
                    "",
                    "",
                    List.of(),
                    Bytes.EMPTY,
                    List.of(),
                    List.of(),
                    0,
                    List.of());

    enum Protocol {
        HTTP1,
        HTTP2,
        RAW
    }

    enum Option {
        /** Send the body in chunks although its length is known. */
        CHUNKED,
        /** Hold the body back until the interim 100 arrived. */
        WAIT_FOR_CONTINUE,
        /** Shut down the sending direction after the last octet. */
        HALF_CLOSE
    }

    boolean has(Option option) {
        return options.contains(option);
    }

    boolean hasBody() {
        return body.size() > 0 || !trailers.isEmpty();
    }
}
