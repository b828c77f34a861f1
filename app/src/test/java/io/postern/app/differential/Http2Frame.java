package io.postern.app.differential;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A frame as a case writes it, good or bad: {@code TYPE FLAGS PAYLOAD} on the stream of the
 * request, {@code TYPE@STREAM} on another. Flags are hexadecimal. A head's payload is its lines,
 * {@code name=value|name=value}, as literals without compression; any other's is latin-1.
 */
record Http2Frame(int type, int flags, int stream, byte[] payload) {
    private static final List<String> TYPES =
            List.of(
                    "DATA",
                    "HEADERS",
                    "PRIORITY",
                    "RST_STREAM",
                    "SETTINGS",
                    "PUSH_PROMISE",
                    "PING",
                    "GOAWAY",
                    "WINDOW_UPDATE",
                    "CONTINUATION");
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int LONGEST_LINE = 126;

    static Http2Frame parse(String text, int own) {
        String[] words = text.split(" ", 3);
        String[] name = words[0].split("@", 2);
        int type = TYPES.indexOf(name[0]);
        if (type < 0) {
            throw new IllegalArgumentException("no frame: " + text);
        }
        String rest = words.length > 2 ? words[2] : "";
        boolean head = type == HEADERS || type == CONTINUATION;
        byte[] payload = head ? block(rest) : rest.getBytes(StandardCharsets.ISO_8859_1);
        int stream = name.length > 1 ? Integer.parseInt(name[1]) : own;
        return new Http2Frame(type, Integer.parseInt(words[1], 16), stream, payload);
    }

    void send(Http2Connection connection) throws IOException {
        connection.frame(type, flags, stream, payload);
    }

    private static byte[] block(String lines) {
        var block = new ByteArrayOutputStream();
        for (String line : lines.isEmpty() ? new String[0] : lines.split("\\|", -1)) {
            int equals = line.indexOf('=');
            block.write(0);
            string(block, line.substring(0, equals));
            string(block, line.substring(equals + 1));
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        if (text.length() > LONGEST_LINE) {
            throw new IllegalArgumentException("too long: " + text);
        }
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
