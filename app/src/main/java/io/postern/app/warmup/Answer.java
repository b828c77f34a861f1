package io.postern.app.warmup;

import java.nio.charset.StandardCharsets;

/** An HTTP/1.1 response as a gateway of this process writes it: names of headers in lower case. */
final class Answer {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String CHUNKED = "\r\ntransfer-encoding: chunked\r\n";
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

    private static final int STATUS = "HTTP/1.1 ".length();

    private Answer() {}

    /** Whether a whole one says 200. */
    static boolean isOk(byte[] octets) {
        return octets[STATUS] == '2' && octets[STATUS + 1] == '0' && octets[STATUS + 2] == '0';
    }

    /** Whether these octets are all of it. */
    static boolean isWhole(byte[] octets, int length) {
        var text = new String(octets, 0, length, StandardCharsets.ISO_8859_1);
        int head = text.indexOf(END_OF_HEAD);
        if (head < 0) {
            return false;
        }
        if (text.lastIndexOf(CHUNKED, head) >= 0) {
            return text.endsWith(LAST_CHUNK);
        }
        int body = text.lastIndexOf(LENGTH, head);
        if (body < 0) {
            return true; // 204, for example
        }
        int from = body + LENGTH.length();
        int wanted = Integer.parseInt(text, from, text.indexOf("\r\n", from), 10);
        return length - head - END_OF_HEAD.length() >= wanted;
    }
}
