package io.postern.app.differential;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Serves one HTTP/2 connection of the recording upstream: a virtual thread per stream. */
final class Http2Upstream {
    private static final Duration REQUEST_BOUND = Duration.ofSeconds(10);
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;

    private final RecordingUpstream upstream;
    private final String endpoint;
    private final Http2Connection connection;

    Http2Upstream(RecordingUpstream upstream, String endpoint, Socket socket, InputStream in)
            throws IOException {
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.connection = new Http2Connection(socket, in, this::accept);
    }

    void serve() throws IOException, InterruptedException {
        connection.startServer();
    }

    private void accept(int id, Http2Stream stream) {
        Reply reply = upstream.arrive();
        Thread.ofVirtual().start(() -> serve(id, stream, reply));
    }

    private void serve(int id, Http2Stream stream, Reply reply) {
        try {
            List<Message> messages = stream.awaitEnd(REQUEST_BOUND);
            Message request = messages.getLast();
            upstream.record(endpoint, request);
            if (request.complete()) {
                answer(id, reply);
            }
        } catch (IOException _) {
            // the proxy went away
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            upstream.leave();
        }
    }

    private void answer(int id, Reply reply) throws IOException, InterruptedException {
        if (!reply.delay().isZero()) {
            Thread.sleep(reply.delay()); // the scripted slowness of this upstream
        }
        if (!reply.frames().isEmpty()) {
            for (String frame : reply.frames()) {
                Http2Frame.parse(frame, id).send(connection);
            }
            return;
        }
        switch (reply.fault()) {
            case CLOSE_BEFORE -> connection.close();
            case RESET_BEFORE -> connection.reset(id, REFUSED_STREAM);
            case CLOSE_MID_BODY -> {
                half(id, reply);
                connection.close();
            }
            case RESET_MID_BODY -> {
                half(id, reply);
                connection.reset(id, INTERNAL_ERROR);
            }
            case NONE -> whole(id, reply);
            case CLOSE_AFTER -> {
                whole(id, reply);
                connection.close();
            }
        }
    }

    private void half(int id, Reply reply) throws IOException, InterruptedException {
        byte[] body = reply.body().toArray();
        connection.headers(id, head(reply), false);
        connection.data(id, Arrays.copyOf(body, body.length / 2), false);
    }

    private void whole(int id, Reply reply) throws IOException, InterruptedException {
        for (int status : reply.interim()) {
            connection.headers(id, List.of(new Header(":status", "" + status)), false);
        }
        byte[] body = reply.body().toArray();
        boolean trailers = !reply.trailers().isEmpty();
        connection.headers(id, head(reply), body.length == 0 && !trailers);
        if (body.length > 0) {
            connection.data(id, body, !trailers);
        }
        if (trailers) {
            connection.headers(id, reply.trailers(), true);
        }
    }

    private static List<Header> head(Reply reply) {
        List<Header> head = new ArrayList<>();
        head.add(new Header(":status", Integer.toString(reply.status())));
        head.addAll(reply.headers());
        return head;
    }
}
