package io.postern.xds.server.load;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The few frames that a simulated node says. Source: RFC 9113 section 6, RFC 7541 section 6.2. */
final class Http2 {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int FRAME_HEADER = 9;

    /** The only stream of a connection. */
    static final int STREAM = 1;

    /** What a peer may send before it hears how much was read: RFC 9113 section 6.9.2. */
    static final int FIRST_WINDOW = 65_535;

    private static final int END_HEADERS = 4;
    private static final int MOST_IN_A_FRAME = 16_384;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private Http2() {}

    /** Everything up to the first request, and that. */
    static byte[] begin(String path, byte[] request) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        all.writeBytes(frame(HEADERS, END_HEADERS, STREAM, headers(path)));
        byte[] message = message(request);
        for (int from = 0; from < message.length; from += MOST_IN_A_FRAME) {
            int to = Math.min(message.length, from + MOST_IN_A_FRAME);
            byte[] part = java.util.Arrays.copyOfRange(message, from, to);
            all.writeBytes(frame(DATA, 0, STREAM, part));
        }
        return all.toByteArray();
    }

    /** A request, of less than a frame. */
    static byte[] data(byte[] request) {
        return frame(DATA, 0, STREAM, message(request));
    }

    // gRPC over HTTP/2: a flag, the length, the message.
    private static byte[] message(byte[] octets) {
        return written(out -> {
            out.writeByte(0);
            out.writeInt(octets.length);
            out.write(octets);
        });
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return written(out -> {
            out.writeByte(payload.length >>> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
        });
    }

    /** What was read may come again, on the stream and on the connection. */
    static byte[] read(int octets) {
        byte[] increment = written(out -> out.writeInt(octets));
        var both = new ByteArrayOutputStream();
        both.writeBytes(frame(WINDOW_UPDATE, 0, 0, increment));
        both.writeBytes(frame(WINDOW_UPDATE, 0, STREAM, increment));
        return both.toByteArray();
    }

    private static byte[] headers(String path) {
        String[] fields = {
            ":method", "POST",
            ":scheme", "http",
            ":path", path,
            ":authority", "load",
            "content-type", "application/grpc",
            "te", "trailers"
        };
        return written(out -> {
            for (int i = 0; i < fields.length; i += 2) {
                out.writeByte(0); // literal, not indexed, with a new name
                text(fields[i], out);
                text(fields[i + 1], out);
            }
        });
    }

    // Shorter than 127 octets, without Huffman's code.
    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        out.writeByte(octets.length);
        out.write(octets);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) {
        var octets = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(octets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }
}
