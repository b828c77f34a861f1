package io.postern.app.differential;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends one request on a connection of its own and tells what came back. */
final class Client {
    private static final int ANSWER_BOUND_MILLIS = 6_000;
    private static final Duration ANSWER_BOUND = Duration.ofMillis(ANSWER_BOUND_MILLIS);

    /** How long a connection may take to close after an answer that announces the closing. */
    private static final int CLOSE_BOUND_MILLIS = 2_500;

    /** How long an unannounced closing is waited for: a healthy keep-alive case pays it in full. */
    private static final int SURPRISE_MILLIS = 25;

    private static final int SWITCHING_PROTOCOLS = 101;

    /** Keeps the pieces of a raw request apart, so that they arrive one by one. */
    private static final int PIECE_PAUSE_MILLIS = 20;

    /** Less than the window that HTTP/2 starts with (RFC 9113 section 6.9.2). */
    private static final int SMALL_BODY_BYTES = 60_000;

    /** What the client saw, and the local port it came from. */
    record Exchange(List<Message> responses, String connection, int clientPort) {}

    Exchange send(int port, Request request) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_BOUND_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 65536);
            return switch (request.protocol()) {
                case HTTP2 -> http2(socket, in, request);
                case HTTP1, RAW -> http1(socket, in, request);
            };
        }
    }

    private Exchange http1(Socket socket, InputStream in, Request request)
            throws IOException, InterruptedException {
        Http1Reader reader = new Http1Reader(in);
        Http1Writer writer = new Http1Writer(socket.getOutputStream());
        List<Message> responses = new ArrayList<>();
        if (request.has(Request.Option.WAIT_FOR_CONTINUE)) {
            writer.head(startLine(request), request.headers());
            @Nullable Message first = reader.readResponse(request.method());
            if (first != null) {
                responses.add(first);
            }
            if (first == null || !first.interim()) {
                return new Exchange(
                        responses, ending(socket, in, responses), socket.getLocalPort());
            }
        }
        Thread sender = Thread.ofVirtual().start(() -> sendQuietly(socket, writer, request));
        for (int finals = 0; finals < request.responses(); ) {
            @Nullable Message response = reader.readResponse(request.method());
            if (response == null) {
                break;
            }
            responses.add(response);
            if (!response.complete()) {
                break;
            }
            finals += response.interim() ? 0 : 1;
        }
        String ending = ending(socket, in, responses);
        int clientPort = socket.getLocalPort();
        socket.close();
        sender.join();
        return new Exchange(responses, ending, clientPort);
    }

    /** A proxy that answers early and closes makes the rest of a request fail: not our concern. */
    private static void sendQuietly(Socket socket, Http1Writer writer, Request request) {
        try {
            for (Bytes piece : request.raw()) {
                writer.raw(piece.toArray());
                Thread.sleep(request.raw().size() > 1 ? PIECE_PAUSE_MILLIS : 0);
            }
            if (request.protocol() == Request.Protocol.HTTP1) {
                sendHttp1(writer, request);
            }
            if (request.has(Request.Option.HALF_CLOSE)) {
                socket.shutdownOutput();
            }
        } catch (IOException _) {
            // the answer, or its absence, tells the story
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sendHttp1(Http1Writer writer, Request request) throws IOException {
        byte[] body = request.body().toArray();
        boolean headSent = request.has(Request.Option.WAIT_FOR_CONTINUE);
        boolean chunked = request.has(Request.Option.CHUNKED);
        if (!headSent) {
            writer.whole(startLine(request), request.headers(), chunked ? new byte[0] : body);
        }
        if (chunked) {
            writer.chunks(body);
            writer.lastChunk(request.trailers());
        } else if (headSent) {
            writer.raw(body);
        }
    }

    private static String startLine(Request request) {
        return request.method() + " " + request.path() + " HTTP/1.1";
    }

    /** {@code open}, {@code closed}, or what came after the last expected answer. */
    private static String ending(Socket socket, InputStream in, List<Message> responses)
            throws IOException {
        socket.setSoTimeout(
                responses.stream().anyMatch(Client::closing)
                        ? CLOSE_BOUND_MILLIS
                        : SURPRISE_MILLIS);
        if (responses.isEmpty()) {
            socket.setSoTimeout(ANSWER_BOUND_MILLIS);
        }
        try {
            int octet = in.read();
            return octet < 0 ? "closed" : "open, with octets after the answer";
        } catch (SocketTimeoutException _) {
            return "open";
        } catch (IOException _) {
            return "closed";
        }
    }

    private static boolean closing(Message response) {
        @Nullable String connection = response.header("connection");
        return "close".equals(connection)
                || !response.complete()
                || response.status() < 0
                || response.status() == SWITCHING_PROTOCOLS; // the connection is the tunnel's
    }

    private Exchange http2(Socket socket, InputStream in, Request request)
            throws IOException, InterruptedException {
        try (Http2Connection connection = new Http2Connection(socket, in, (_, _) -> {})) {
            connection.startClient();
            Http2Stream stream = send(connection, request);
            List<Message> responses = stream.awaitEnd(ANSWER_BOUND);
            return new Exchange(
                    responses, connection.probe(Duration.ofSeconds(2)), socket.getLocalPort());
        }
    }

    /**
     * A small request leaves in one piece: whether the part of a malformed one that is good goes
     * upstream must not be decided by how many reads it takes.
     */
    private static Http2Stream send(Http2Connection connection, Request request)
            throws IOException, InterruptedException {
        boolean waits = request.has(Request.Option.WAIT_FOR_CONTINUE);
        if (!waits && request.body().size() < SMALL_BODY_BYTES) {
            connection.cork();
            Http2Stream stream = connection.open(1, request.headers(), !request.hasBody());
            if (request.hasBody()) {
                sendBody(connection, request);
            }
            connection.uncork();
            return stream;
        }
        Http2Stream stream = connection.open(1, request.headers(), !request.hasBody());
        if (waits) {
            stream.awaitAnything(ANSWER_BOUND);
        }
        if (request.hasBody()) {
            Thread.ofVirtual().start(() -> sendBody(connection, request));
        }
        return stream;
    }

    private static void sendBody(Http2Connection connection, Request request) {
        try {
            connection.data(1, request.body().toArray(), request.trailers().isEmpty());
            if (!request.trailers().isEmpty()) {
                connection.headers(1, request.trailers(), true);
            }
        } catch (IOException _) {
            // reset or closed by the proxy: the stream's ending tells it
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
