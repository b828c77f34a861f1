package io.postern.app.warmup;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests as clients send them, on connections that stay open: one on each, then the answers,
 * whatever they say. For one thread, which waits for them.
 */
final class OwnRequests implements AutoCloseable {
    static final int CONNECTIONS = 32;
    private static final int MOST_OCTETS = 16 * 1024;
    private static final int CONNECT_MILLIS = 5000;

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

    private final List<Socket> connections = new ArrayList<>();
    private final byte[] in = new byte[MOST_OCTETS];
    private int next;
    private boolean passed = true;

    /**
     * Connects.
     *
     * @param patience how long one of them may take: this thread, and the gateway's, get the time
     *     that nobody else wants
     */
    OwnRequests(SocketAddress to, Duration patience) throws IOException {
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                var connection = new Socket();
                connections.add(connection);
                connection.connect(to, CONNECT_MILLIS);
                connection.setTcpNoDelay(true);
                connection.setSoTimeout((int) patience.toMillis());
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
     * @throws IOException when one of them was closed, too long, or not there in time
     */
    int round() throws IOException {
        for (Socket connection : connections) {
            connection.getOutputStream().write(KINDS.get(next++ % KINDS.size()));
        }
        for (Socket connection : connections) {
            readAnswer(connection);
        }
        return connections.size();
    }

    private void readAnswer(Socket connection) throws IOException {
        int length = 0;
        do {
            int more = connection.getInputStream().read(in, length, MOST_OCTETS - length);
            if (more <= 0) {
                throw new EOFException("an answer is not whole");
            }
            length += more;
        } while (!Answer.isWhole(in, length));
        passed &= Answer.isOk(in);
    }

    /** Whether every answer so far was a 200: the requests went all the way. */
    boolean passed() {
        return passed;
    }

    private static byte[] octets(String request) {
        return request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        for (Socket connection : connections) {
            try {
                connection.close();
            } catch (IOException _) {
                // it has gone before
            }
        }
    }
}
