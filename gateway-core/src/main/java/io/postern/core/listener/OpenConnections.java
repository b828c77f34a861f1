package io.postern.core.listener;

import io.postern.core.http.HttpConnection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The client connections of one listener on one worker, so that they can be drained. Confined to
 * the worker's event loop.
 */
public final class OpenConnections {
    private final Set<HttpConnection> open = new LinkedHashSet<>();
    private volatile int count;
    private boolean draining;

    /** A connection began; while draining it is told at once. */
    public void add(HttpConnection connection) {
        open.add(connection);
        count = open.size();
        if (draining) {
            connection.drain();
        }
    }

    /** It has ended. */
    public void remove(HttpConnection connection) {
        open.remove(connection);
        count = open.size();
    }

    /** How many there are; any thread may ask. */
    public int count() {
        return count;
    }

    /** Lets every connection end after its open streams. */
    public void drain() {
        draining = true;
        List.copyOf(open).forEach(HttpConnection::drain);
    }

    /** Closes what is still open. */
    public void close() {
        List.copyOf(open).forEach(HttpConnection::close);
    }
}
