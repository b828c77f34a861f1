package io.postern.app.differential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request or response as it was read from the wire.
 *
 * @param start the request line or status line; for HTTP/2 spelled as {@code GET /path HTTP/2} or
 *     {@code HTTP/2 200}, the remaining pseudo headers stay among the headers
 * @param ending {@code complete}, {@code cut} (end of the connection before the end of the
 *     message), {@code reset(CODE)} (RST_STREAM), {@code timeout}, {@code garbage}
 */
record Message(
        String start, List<Header> headers, Bytes body, List<Header> trailers, String ending) {
    static final String COMPLETE = "complete";
    static final String CUT = "cut";
    static final String TIMEOUT = "timeout";

    Message {
        headers = List.copyOf(headers);
        trailers = List.copyOf(trailers);
    }

    static Message unreadable(String start, String ending) {
        return new Message(start, List.of(), Bytes.EMPTY, List.of(), ending);
    }

    /** The value of the first header of that name, in any case, or null. */
    @Nullable String header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }

    boolean complete() {
        return ending.equals(COMPLETE);
    }

    /** The status of a response; -1 when the start line has none. */
    int status() {
        String[] words = start.split(" ", 3);
        if (words.length < 2 || !words[1].matches("[0-9]{3}")) {
            return -1;
        }
        return Integer.parseInt(words[1]);
    }

    /** True for a 1xx answer that announces another one; 101 ends the HTTP exchange instead. */
    boolean interim() {
        int status = status();
        return status >= 100 && status < 200 && status != 101;
    }
}
