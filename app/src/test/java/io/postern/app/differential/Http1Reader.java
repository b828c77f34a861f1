package io.postern.app.differential;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1 messages and keeps every octet of the head as it came. A message that ends early is
 * a value ({@link Message#CUT}), not an exception. Confined to one thread.
 */
final class Http1Reader {
    private static final int LINE_LIMIT_BYTES = 256 * 1024;
    private static final int BODY_LIMIT_BYTES = 16 * 1024 * 1024;

    private final InputStream in;

    Http1Reader(InputStream in) {
        this.in = in;
    }

    /** The next request, or null when the peer closed between requests. */
    @Nullable Message readRequest() {
        return read(false, "");
    }

    /**
     * The next response (interim ones too), or null when the peer closed before its first octet.
     */
    @Nullable Message readResponse(String requestMethod) {
        return read(true, requestMethod);
    }

    private @Nullable Message read(boolean response, String requestMethod) {
        Partial partial = new Partial();
        try {
            @Nullable String start = line();
            if (start == null) {
                return null;
            }
            partial.start = start;
            if (response && !start.startsWith("HTTP/")) {
                return partial.end("garbage");
            }
            if (!fields(partial.headers)) {
                return partial.end(Message.CUT);
            }
            return partial.end(body(partial, response, requestMethod));
        } catch (SocketTimeoutException _) {
            return partial.end(Message.TIMEOUT);
        } catch (NumberFormatException _) {
            return partial.end("garbage");
        } catch (IOException _) {
            return partial.start.isEmpty() ? null : partial.end(Message.CUT);
        }
    }

    private String body(Partial partial, boolean response, String requestMethod)
            throws IOException {
        Message head = partial.end(Message.COMPLETE);
        int status = response ? head.status() : 0;
        boolean bodyless =
                response
                        && (requestMethod.equals("HEAD")
                                || status / 100 == 1
                                || status == 204
                                || status == 304
                                || (requestMethod.equals("CONNECT") && status / 100 == 2));
        @Nullable String encoding = head.header("transfer-encoding");
        @Nullable String length = head.header("content-length");
        if (bodyless) {
            return Message.COMPLETE;
        }
        if (encoding != null && encoding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
            return chunks(partial);
        }
        if (length != null) {
            return exactly(partial.body, Integer.parseInt(length)) ? Message.COMPLETE : Message.CUT;
        }
        return response ? untilClose(partial.body) : Message.COMPLETE;
    }

    private String chunks(Partial partial) throws IOException {
        while (true) {
            @Nullable String sizeLine = line();
            if (sizeLine == null) {
                return Message.CUT;
            }
            int size = Integer.parseInt(sizeLine.split(";", 2)[0].trim(), 16);
            if (size == 0) {
                return fields(partial.trailers) ? Message.COMPLETE : Message.CUT;
            }
            if (!exactly(partial.body, size) || line() == null) {
                return Message.CUT;
            }
        }
    }

    private boolean exactly(ByteArrayOutputStream body, int size) throws IOException {
        if (size > BODY_LIMIT_BYTES) {
            throw new IOException("body over " + BODY_LIMIT_BYTES + " bytes");
        }
        byte[] part = new byte[Math.min(size, 65536)];
        int left = size;
        while (left > 0) {
            int n = in.read(part, 0, Math.min(left, part.length));
            if (n < 0) {
                return false;
            }
            body.write(part, 0, n);
            left -= n;
        }
        return true;
    }

    private String untilClose(ByteArrayOutputStream body) throws IOException {
        byte[] part = new byte[65536];
        for (int n = in.read(part); n >= 0; n = in.read(part)) {
            body.write(part, 0, n);
            if (body.size() > BODY_LIMIT_BYTES) {
                throw new IOException("body over " + BODY_LIMIT_BYTES + " bytes");
            }
        }
        return Message.COMPLETE;
    }

    /** Reads fields up to the empty line; false when the connection ended first. */
    private boolean fields(List<Header> into) throws IOException {
        for (@Nullable String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                return true;
            }
            int colon = line.indexOf(':');
            into.add(
                    colon < 0
                            ? new Header(line, "(no colon)")
                            : new Header(
                                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return false;
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(octet);
            if (line.size() > LINE_LIMIT_BYTES) {
                throw new IOException("line over " + LINE_LIMIT_BYTES + " bytes");
            }
        }
        return null;
    }

    /** A message under construction; what was read so far survives an early end. */
    private static final class Partial {
        private String start = "";
        private final List<Header> headers = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<Header> trailers = new ArrayList<>();

        Message end(String ending) {
            return new Message(start, headers, Bytes.of(body.toByteArray()), trailers, ending);
        }
    }
}
