package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Complete status lines. The reason phrase of an upstream is not passed on; the phrases are the
 * IANA ones (RFC 9110 section 15), {@code Unknown} for other codes as in Envoy.
 */
final class StatusText {
    /** Where the reason phrase begins. */
    static final int REASON_AT = "HTTP/1.1 200 ".length();

    private static final byte[][] HTTP_1_1 = lines("HTTP/1.1 ");
    private static final byte[][] HTTP_1_0 = lines("HTTP/1.0 ");

    private StatusText() {}

    /** The line with its CRLF; {@code status} is between 100 and 999. */
    static byte[] line(int status, boolean http10) {
        return (http10 ? HTTP_1_0 : HTTP_1_1)[status];
    }

    private static byte[][] lines(String version) {
        byte[][] lines = new byte[1000][];
        for (int status = 100; status < lines.length; status++) {
            lines[status] = ascii(version + status + ' ' + reason(status) + "\r\n");
        }
        return lines;
    }

    private static String reason(int status) {
        return switch (status) {
            // Where Netty's words differ from Envoy's.
            case 103 -> "Early Hints";
            case 208 -> "Already Reported";
            case 226 -> "IM Used";
            case 413 -> "Payload Too Large";
            case 414 -> "URI Too Long";
            case 416 -> "Range Not Satisfiable";
            case 421 -> "Misdirected Request";
            case 505 -> "HTTP Version Not Supported";
            case 508 -> "Loop Detected";
            case 599 -> "Last Unassigned Server Error Code";
            default -> {
                String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
                yield phrase.endsWith(" (" + status + ")") ? "Unknown" : phrase;
            }
        };
    }
}
