package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.config.model.HttpConnectionManager.HeaderKeys;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * Encodes heads, trailers and chunk lines straight from the octets of a {@link HeaderMap}. Values
 * that could split a message (CR, LF, NUL; a filter may have written them) lose these octets.
 */
final class Http1HeadWriter {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] HOST = ascii("host: ");
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] NO_CONTENT = ascii("content-length: 0\r\n");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final int FIXED_ROOM = 256; // for everything that is not in the map

    private final CodecWorker worker;
    private final Http1Output output;
    private final Lines lines;
    private final boolean proper;
    private byte[] to = {};
    private int at;

    Http1HeadWriter(CodecWorker worker, Http1Output output, HeaderKeys keys) {
        this.worker = worker;
        this.output = output;
        this.proper = keys == HeaderKeys.PROPER_CASE;
        this.lines = proper ? Lines.PROPER : Lines.LOWER;
    }

    /** What is not in the map. */
    private record Lines(
            byte[] host, byte[] chunked, byte[] noContent, byte[] close, byte[] keepAlive) {
        static final Lines LOWER = new Lines(HOST, CHUNKED, NO_CONTENT, CLOSE, KEEP_ALIVE);
        static final Lines PROPER =
                new Lines(
                        ascii("Host: "),
                        ascii("Transfer-Encoding: chunked\r\n"),
                        ascii("Content-Length: 0\r\n"),
                        ascii("Connection: close\r\n"),
                        ascii("Connection: keep-alive\r\n"));
    }

    /** The framing header that is added to a head. */
    enum Added {
        NOTHING,
        NO_CONTENT,
        CHUNKED
    }

    /** What the connection header of a response says. */
    enum Persistence {
        /** Nothing: HTTP/1.1 persists. */
        DEFAULT,
        CLOSE,
        KEEP_ALIVE,
        /** As in the map: {@code upgrade}. */
        AS_GIVEN
    }

    void response(
            HeaderMap head, int status, boolean http10, Added added, Persistence persistence) {
        begin(head);
        append(StatusText.line(status, http10));
        boolean withoutLength = status < 200 || status == 204;
        lines(head, persistence == Persistence.AS_GIVEN, withoutLength, proper);
        switch (persistence) {
            case CLOSE -> append(lines.close);
            case KEEP_ALIVE -> append(lines.keepAlive);
            case DEFAULT, AS_GIVEN -> {}
        }
        framing(added);
        finish();
    }

    void request(HeaderMap head, Added added, boolean upgrade) {
        begin(head);
        value(head, head.indexOf(HeaderName.METHOD));
        to[at++] = ' ';
        int authority = head.indexOf(HeaderName.AUTHORITY);
        int path = head.indexOf(HeaderName.PATH);
        value(head, path >= 0 ? path : authority);
        append(VERSION);
        if (authority >= 0) {
            append(lines.host);
            value(head, authority);
            append(CRLF);
        }
        lines(head, upgrade, false, proper);
        framing(added);
        finish();
    }

    /** The end of a chunked body, with trailers or without. */
    void lastChunk(HeaderMap trailers) {
        begin(trailers);
        append(LAST_CHUNK);
        lines(trailers, false, true, false); // their names stay as they are, as in Envoy
        finish();
    }

    void continueHead() {
        output.write(CONTINUE, CONTINUE.length);
    }

    void chunkStart(int size) {
        to = worker.scratch(FIXED_ROOM);
        at = 0;
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            to[at++] = HEX[size >>> shift & 15];
        }
        finish();
    }

    void chunkEnd() {
        output.write(CRLF, CRLF.length);
    }

    private void framing(Added added) {
        switch (added) {
            case CHUNKED -> append(lines.chunked);
            case NO_CONTENT -> append(lines.noContent);
            case NOTHING -> {}
        }
    }

    private void begin(HeaderMap head) {
        to = worker.scratch(head.octetCount() + 4 * head.size() + FIXED_ROOM);
        at = 0;
    }

    private void finish() {
        append(CRLF);
        output.write(to, at);
        to = CRLF; // do not hold on to the shared array
    }

    private void append(byte[] octets) {
        System.arraycopy(octets, 0, to, at, octets.length);
        at += octets.length;
    }

    private void lines(
            HeaderMap head, boolean withConnection, boolean withoutLength, boolean spelled) {
        byte[] octets = head.octets();
        for (int i = 0; i < head.size(); i++) {
            int start = head.nameStart(i);
            int length = head.nameLength(i);
            if (length == 0
                    || octets[start] == ':'
                    || isFraming(octets, start, length, withConnection, withoutLength)) {
                continue;
            }
            System.arraycopy(octets, start, to, at, length);
            if (spelled) {
                capitalise(to, at, length);
            }
            at += length;
            to[at++] = ':';
            to[at++] = ' ';
            value(head, i);
            to[at++] = '\r';
            to[at++] = '\n';
        }
    }

    /** Letters at the beginning, and behind what is neither a letter nor a digit, as in Envoy. */
    private static void capitalise(byte[] octets, int start, int length) {
        boolean first = true;
        for (int i = start; i < start + length; i++) {
            byte octet = octets[i];
            boolean letter = octet >= 'a' && octet <= 'z';
            if (first && letter) {
                octets[i] = (byte) (octet - ('a' - 'A'));
            }
            first = !letter && !(octet >= '0' && octet <= '9');
        }
    }

    private static boolean isFraming(
            byte[] octets, int start, int length, boolean withConnection, boolean withoutLength) {
        return switch (length) {
            case 10 -> !withConnection && Octets.same(octets, start, length, CONNECTION);
            case 14 -> withoutLength && Octets.same(octets, start, length, CONTENT_LENGTH);
            case 17 -> Octets.same(octets, start, length, TRANSFER_ENCODING);
            default -> false;
        };
    }

    private void value(HeaderMap head, int index) {
        if (index < 0) {
            return;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        for (int i = start; i < end; i++) {
            byte octet = octets[i];
            if (octet != Octets.CR && octet != Octets.LF && octet != 0) {
                to[at++] = octet;
            }
        }
    }
}
