package io.postern.app.differential;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes HTTP/1 heads and bodies exactly as told, right or wrong. Confined to one thread. */
final class Http1Writer {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int BUFFER_BYTES = 32 * 1024;

    private final OutputStream out;

    Http1Writer(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    }

    void head(String start, List<Header> headers) throws IOException {
        raw(headOctets(start, headers));
    }

    /** Head and body in one piece, as a client with a small body sends it. */
    void whole(String start, List<Header> headers, byte[] body) throws IOException {
        out.write(headOctets(start, headers));
        raw(body);
    }

    private static byte[] headOctets(String start, List<Header> headers) {
        StringBuilder head = new StringBuilder(start).append("\r\n");
        for (Header header : headers) {
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    void raw(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** One chunk of at most 16 KiB after the other, without the last one. */
    void chunks(byte[] body) throws IOException {
        for (int at = 0; at < body.length; at += CHUNK_BYTES) {
            int size = Math.min(CHUNK_BYTES, body.length - at);
            out.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, at, size);
            out.write(new byte[] {'\r', '\n'});
        }
        out.flush();
    }

    void lastChunk(List<Header> trailers) throws IOException {
        head("0", trailers);
    }
}
