package io.postern.app.differential;

import io.postern.app.differential.Observation.Received;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two listening endpoints, {@code a} and {@code b}, that speak HTTP/1.1 and HTTP/2 (prior
 * knowledge) on the same port, record every request and answer as the current case says. Virtual
 * threads accept and serve; the record is guarded by the monitor.
 */
public final class RecordingUpstream implements AutoCloseable {
    private final Endpoint a;
    private final Endpoint b;
    private final List<Received> received = new ArrayList<>();
    private List<Reply> replies = List.of(Reply.OK);
    private int arrived;
    private int inFlight;

    /** Listening as soon as it exists; every request is answered with 200. */
    public RecordingUpstream(Ports ports) throws IOException {
        a = new Endpoint("a", ports.listen());
        b = new Endpoint("b", ports.listen());
    }

    /** Of the endpoint {@code a}. */
    public int portA() {
        return a.server.getLocalPort();
    }

    int portB() {
        return b.server.getLocalPort();
    }

    /** Forgets what was recorded and sets what the next requests are answered with. */
    synchronized void begin(List<Reply> next) {
        received.clear();
        arrived = 0;
        replies = List.copyOf(next);
    }

    /** Waits until no request is in flight and {@code atLeast} have arrived, then tells them. */
    synchronized List<Received> finish(int atLeast, Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (inFlight > 0 || received.size() < atLeast) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000 + 1);
        }
        return List.copyOf(received);
    }

    /** Counts a request in, as soon as it can be recognised, and tells its reply. */
    synchronized Reply arrive() {
        inFlight++;
        return replies.get(Math.min(arrived++, replies.size() - 1));
    }

    synchronized void record(String endpoint, Message request) {
        received.add(new Received(endpoint, request));
        notifyAll();
    }

    synchronized void leave() {
        inFlight--;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        a.server.close();
        b.server.close();
    }

    private final class Endpoint {
        private final String name;
        private final ServerSocket server;

        Endpoint(String name, ServerSocket server) {
            this.name = name;
            this.server = server;
            Thread.ofVirtual().start(this::acceptAll);
        }

        private void acceptAll() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException _) {
                    return; // closed: the run is over
                }
            }
        }

        private void serve(Socket socket) {
            try {
                socket.setTcpNoDelay(true);
                BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 65536);
                in.mark(Http2Connection.PREFACE.length);
                byte[] first = in.readNBytes(3);
                if (Arrays.equals(first, new byte[] {'P', 'R', 'I'})) {
                    in.readNBytes(Http2Connection.PREFACE.length - 3);
                    new Http2Upstream(RecordingUpstream.this, name, socket, in).serve();
                } else {
                    in.reset();
                    new Http1Upstream(RecordingUpstream.this, name, socket, in).serve();
                }
            } catch (IOException | UncheckedIOException _) {
                // the proxy went away: what was recorded until then is the observation
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
