package io.postern.app.differential;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The peer's flow-control windows (RFC 9113 section 5.2). Thread-safe through its monitor. */
final class SendWindows {
    private static final int DEFAULT_BYTES = 65_535;

    private final Map<Integer, Integer> used = new HashMap<>();
    private final Set<Integer> released = new HashSet<>();
    private long connection = DEFAULT_BYTES;
    private int initial = DEFAULT_BYTES;
    private boolean closed;

    /**
     * Takes up to {@code wanted} bytes, waiting for at least one; 0 when nothing will ever come.
     */
    synchronized int take(int stream, int wanted) throws InterruptedException {
        while (!closed && !released.contains(stream)) {
            long open = Math.min(connection, (long) initial - used.getOrDefault(stream, 0));
            if (open > 0) {
                int taken = (int) Math.min(open, wanted);
                connection -= taken;
                used.merge(stream, taken, Integer::sum);
                return taken;
            }
            wait();
        }
        return 0;
    }

    synchronized void add(int stream, int bytes) {
        if (stream == 0) {
            connection += bytes;
        } else {
            used.merge(stream, -bytes, Integer::sum);
        }
        notifyAll();
    }

    synchronized void initial(int bytes) {
        initial = bytes;
        notifyAll();
    }

    synchronized void release(int stream) {
        released.add(stream);
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
