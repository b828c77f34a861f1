package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.config.model.HttpConnectionManager.HeaderKeys;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.HeaderSpelling;
import org.jspecify.annotations.Nullable;

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
    private final boolean proper;
    private @Nullable HeaderSpelling spelling;
    private byte[] to = {};
    private int at;

    Http1HeadWriter(CodecWorker worker, Http1Output output, HeaderKeys keys) {
        this.worker = worker;
        this.output = output;
        this.proper = keys == HeaderKeys.PROPER_CASE;
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
        statusLine(status, http10);
        boolean withoutLength = status < 200 || status == 204;
        lines(head, persistence == Persistence.AS_GIVEN, withoutLength, true);
        switch (persistence) {
            case CLOSE -> line(CLOSE, CONNECTION.length);
            case KEEP_ALIVE -> line(KEEP_ALIVE, CONNECTION.length);
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
            line(HOST, HeaderName.HOST.toString().length());
            value(head, authority);
            append(CRLF);
        }
        lines(head, upgrade, false, true);
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
            case CHUNKED -> line(CHUNKED, TRANSFER_ENCODING.length);
            case NO_CONTENT -> line(NO_CONTENT, CONTENT_LENGTH.length);
            case NOTHING -> {}
        }
    }

    private void begin(HeaderMap head) {
        spelling = head.spelling();
        int reason = spelling == null ? 0 : spelling.reason().length;
        to = worker.scratch(head.octetCount() + 4 * head.size() + reason + FIXED_ROOM);
        at = 0;
    }

    private void statusLine(int status, boolean http10) {
        byte[] usual = StatusText.line(status, http10);
        if (spelling == null || spelling.reason().length == 0) {
            append(usual);
            return;
        }
        System.arraycopy(usual, 0, to, at, StatusText.REASON_AT);
        at += StatusText.REASON_AT;
        append(spelling.reason());
        append(CRLF);
    }

    /** A line, or its beginning, that is not in the map. */
    private void line(byte[] octets, int nameLength) {
        int start = at;
        append(octets);
        spell(start, nameLength);
    }

    private void spell(int start, int length) {
        if (spelling != null) {
            spelling.apply(to, start, length);
        } else if (proper) {
            HeaderSpelling.capitalise(to, start, length);
        }
    }

    private void finish() {
        append(CRLF);
        output.write(to, at);
        to = CRLF; // do not hold on to the shared array
        spelling = null;
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
                spell(at, length);
            }
            at += length;
            to[at++] = ':';
            to[at++] = ' ';
            value(head, i);
            to[at++] = '\r';
            to[at++] = '\n';
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
