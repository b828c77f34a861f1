package io.postern.core.http;

import java.util.ArrayList;
import java.util.List;

/**
 * HTTP/2 written and read by hand, one char for one octet: no client library would send what is
 * sent here. Field lines are literals without compression (RFC 7541 section 6.2.2).
 */
final class Http2Wire {
    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITIZED = 0x20;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int FRAME_HEADER = 9;
    private static final int LONGEST_SHORT_STRING = 126;

    /** How a client begins. */
    static final String HELLO = PREFACE + frame(SETTINGS, 0, 0, "");

    private Http2Wire() {}

    static String frame(int type, int flags, int stream, String payload) {
        String length = number(payload.length(), 3);
        return length + number(type, 1) + number(flags, 1) + number(stream, 4) + payload;
    }

    /** Big-endian. */
    static String number(long value, int octets) {
        var text = new StringBuilder();
        for (int i = octets - 1; i >= 0; i--) {
            text.append((char) ((value >> (8 * i)) & 0xff));
        }
        return text.toString();
    }

    static String setting(int id, long value) {
        return frame(SETTINGS, 0, 0, number(id, 2) + number(value, 4));
    }

    /** A block of field lines, name after value after name. */
    static String fields(String... lines) {
        var block = new StringBuilder();
        for (int i = 0; i < lines.length; i += 2) {
            block.append('\0').append(string(lines[i])).append(string(lines[i + 1]));
        }
        return block.toString();
    }

    private static String string(String text) {
        int length = text.length();
        if (length <= LONGEST_SHORT_STRING) {
            return number(length, 1) + text;
        }
        var prefix = new StringBuilder("\u007f");
        for (length -= LONGEST_SHORT_STRING + 1; length >= 128; length /= 128) {
            prefix.append((char) ((length % 128) | 128));
        }
        return prefix.append((char) length) + text;
    }

    /** The field block of a good request, and more lines behind it. */
    static String request(String method, String... more) {
        return fields(":method", method, ":scheme", "http", ":authority", "a", ":path", "/")
                + fields(more);
    }

    static String head(int stream, String fields) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, fields);
    }

    /** A head that a body follows. */
    static String open(int stream, String fields) {
        return frame(HEADERS, END_HEADERS, stream, fields);
    }

    /** What of the frames in {@code octets} tells how the server took it, one word each. */
    static List<String> verdicts(String octets) {
        var verdicts = new ArrayList<String>();
        for (int at = 0; at + FRAME_HEADER <= octets.length(); ) {
            int length = (int) read(octets, at, 3);
            int payload = at + FRAME_HEADER;
            long stream = read(octets, at + 5, 4);
            switch (octets.charAt(at + 3)) {
                case RST_STREAM ->
                        verdicts.add("reset " + stream + " with " + read(octets, payload, 4));
                case GOAWAY -> verdicts.add("goaway " + read(octets, payload + 4, 4));
                default -> {}
            }
            at = payload + length;
        }
        return verdicts;
    }

    private static long read(String octets, int at, int count) {
        long value = 0;
        for (int i = at; i < at + count; i++) {
            value = (value << 8) | octets.charAt(i);
        }
        return value;
    }
}
