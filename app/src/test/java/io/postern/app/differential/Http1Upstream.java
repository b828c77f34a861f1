package io.postern.app.differential;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Serves one HTTP/1 connection of the recording upstream. Confined to its virtual thread. */
final class Http1Upstream {
    private final RecordingUpstream upstream;
    private final String endpoint;
    private final Socket socket;
    private final InputStream in;
    private final Http1Reader reader;
    private final Http1Writer writer;

    Http1Upstream(RecordingUpstream upstream, String endpoint, Socket socket, InputStream in)
            throws IOException {
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.socket = socket;
        this.in = in;
        this.reader = new Http1Reader(in);
        this.writer = new Http1Writer(socket.getOutputStream());
    }

    void serve() throws IOException {
        try (socket) {
            boolean open = true;
            while (open && awaitOctet()) {
                Reply reply = upstream.arrive();
                try {
                    @Nullable Message request = reader.readRequest();
                    if (request == null) {
                        return;
                    }
                    upstream.record(endpoint, request);
                    open = request.complete() && answer(request, reply);
                } finally {
                    upstream.leave();
                }
            }
        }
    }

    /** Blocks between requests without counting as a request in flight. */
    private boolean awaitOctet() throws IOException {
        in.mark(1);
        int octet = in.read();
        in.reset();
        return octet >= 0;
    }

    private boolean answer(Message request, Reply reply) throws IOException {
        if (!waited(reply)) {
            return false;
        }
        switch (reply.fault()) {
            case CLOSE_BEFORE -> {
                return false;
            }
            case RESET_BEFORE -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            case NONE, CLOSE_AFTER, CLOSE_MID_BODY, RESET_MID_BODY -> {}
        }
        if (reply.raw().size() > 0) {
            writer.raw(reply.raw().toArray());
            return reply.fault() == Reply.Fault.NONE;
        }
        for (int status : reply.interim()) {
            writer.head("HTTP/1.1 " + status + " Interim", List.of());
        }
        boolean head = request.start().startsWith("HEAD ");
        writer.head("HTTP/1.1 " + reply.status() + " Said-So", headers(reply));
        boolean bodyless = head || reply.status() == 204 || reply.status() == 304;
        return bodyless ? reply.fault() == Reply.Fault.NONE : body(reply);
    }

    /** Sends the body, or half of it; false when the connection is to be ended now. */
    private boolean body(Reply reply) throws IOException {
        byte[] body = reply.body().toArray();
        boolean reset = reply.fault() == Reply.Fault.RESET_MID_BODY;
        if (reset || reply.fault() == Reply.Fault.CLOSE_MID_BODY) {
            send(Arrays.copyOf(body, body.length / 2), reply.chunked());
            socket.setSoLinger(reset, 0);
            return false;
        }
        send(body, reply.chunked());
        if (reply.chunked()) {
            writer.lastChunk(reply.trailers());
        }
        return reply.fault() == Reply.Fault.NONE;
    }

    private void send(byte[] body, boolean chunked) throws IOException {
        if (chunked) {
            writer.chunks(body);
        } else {
            writer.raw(body);
        }
    }

    private static List<Header> headers(Reply reply) {
        List<Header> headers = new ArrayList<>(reply.headers());
        boolean framed =
                headers.stream()
                        .map(header -> header.name().toLowerCase(Locale.ROOT))
                        .anyMatch(n -> n.equals("content-length") || n.equals("transfer-encoding"));
        boolean bodyless = reply.status() == 204 || reply.status() == 304;
        if (reply.chunked()) {
            headers.add(new Header("transfer-encoding", "chunked"));
        } else if (!framed && !bodyless && reply.fault() != Reply.Fault.CLOSE_AFTER) {
            headers.add(new Header("content-length", Integer.toString(reply.body().size())));
        }
        return headers;
    }

    /** Waits as long as the reply says; false when the proxy hung up before. */
    private boolean waited(Reply reply) throws IOException {
        if (reply.delay().isZero()) {
            return true;
        }
        socket.setSoTimeout((int) reply.delay().toMillis());
        try {
            return awaitOctet();
        } catch (SocketTimeoutException _) {
            return true;
        } finally {
            socket.setSoTimeout(0);
        }
    }
}
