package io.postern.app.differential;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One end of a proxied connection: writes what it is told and remembers what arrives. */
final class ScriptedConnection implements AutoCloseable {
    private final String name;
    private final Socket socket;
    private final StringBuilder got = new StringBuilder(); // guarded by itself
    private boolean ended; // guarded by got
    private boolean endTold; // guarded by got

    /** {@code name} is what its events begin with. */
    ScriptedConnection(String name, Socket socket) {
        this.name = name;
        this.socket = socket;
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        byte[] buffer = new byte[4096];
        try {
            for (int n = read(buffer); n >= 0; n = read(buffer)) {
                synchronized (got) {
                    got.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
            }
        } catch (SocketException _) {
            // reset, or closed by the test: an end like another
        } catch (IOException e) {
            throw new IllegalStateException("bug: only sockets are read", e);
        }
        synchronized (got) {
            ended = true;
        }
    }

    private int read(byte[] buffer) throws IOException {
        return socket.getInputStream().read(buffer);
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** What has arrived since the last {@link #forget}, as events. */
    List<String> events() {
        List<String> events = new ArrayList<>();
        synchronized (got) {
            if (!got.isEmpty()) {
                events.add(name + " got " + got);
            }
            if (ended && !endTold) {
                events.add(name + " end");
            }
        }
        return events;
    }

    /** Forgets what has arrived. */
    void forget() {
        synchronized (got) {
            got.setLength(0);
            endTold = ended;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
