package io.postern.app.warmup;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests as clients send them, on connections that stay open: one on each, then the answers. For
 * one thread, which waits for them.
 */
final class OwnRequests implements AutoCloseable {
    static final int CONNECTIONS = 32;
    private static final int MOST_OCTETS = 4096;
    private static final int DIGIT = "HTTP/1.1 2".length();
    private static final byte LAST = '\n'; // of an answer's body; a head's ends with another before

    private static final List<byte[]> KINDS =
            List.of(
                    octets(
                            """
                            GET / HTTP/1.1
                            Host: 127.0.0.1:8080

                            """),
                    octets(
                            """
                            GET /orders/4711?lines=all HTTP/1.1
                            Host: shop.example
                            User-Agent: curl/8.5.0
                            Accept: */*

                            """),
                    octets(
                            """
                            GET /assets/app.js HTTP/1.1
                            Host: www.shop.example
                            User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101
                            Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8
                            Accept-Language: en-US,en;q=0.5
                            Accept-Encoding: gzip, br
                            Authorization: Bearer ZXlKaGJHY2lPaUpJVXpJMU5pSjk
                            Cookie: session=0d8e4b1c2f36; theme=dark

                            """),
                    octets(
                            """
                            POST /orders/ HTTP/1.1
                            Host: api.shop.example
                            Content-Type: application/json
                            Content-Length: 13

                            {"amount":12}\
                            """));

    private final List<SocketChannel> connections = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(MOST_OCTETS);
    private final ByteBuffer in = ByteBuffer.allocateDirect(MOST_OCTETS);
    private int next;

    /** Connects. */
    OwnRequests(SocketAddress to) throws IOException {
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(SocketChannel.open(to));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Sends a request on each connection and waits for the answers.
     *
     * @return how many these were
     */
    int round() throws IOException {
        for (SocketChannel connection : connections) {
            out.clear().put(KINDS.get(next++ % KINDS.size())).flip();
            while (out.hasRemaining()) {
                connection.write(out);
            }
        }
        for (SocketChannel connection : connections) {
            readAnswer(connection);
        }
        return connections.size();
    }

    // Its body is one line, and no head's line ends without a CR.
    private void readAnswer(SocketChannel connection) throws IOException {
        in.clear();
        while (in.position() < 2
                || in.get(in.position() - 1) != LAST
                || in.get(in.position() - 2) == '\r') {
            if (!in.hasRemaining() || connection.read(in) < 0) {
                throw new EOFException("an answer is not whole");
            }
            if (in.position() >= DIGIT && in.get(DIGIT - 1) != '2') {
                throw new IOException("not the answer that was expected");
            }
        }
    }

    private static byte[] octets(String request) {
        return request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        for (SocketChannel connection : connections) {
            try {
                connection.close();
            } catch (IOException _) {
                // it has gone before
            }
        }
    }
}
