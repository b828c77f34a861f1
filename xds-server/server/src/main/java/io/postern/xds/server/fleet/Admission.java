package io.postern.xds.server.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * How much of large responses a lane leaves with the network at a time. A response is one array for
 * all streams until it is sent; the network copies it for each of them. So ten thousand nodes that
 * come at once are served one after the other, each as fast as it reads.
 *
 * <p>A node that does not read gives its place to others after some seconds, and is cut off after a
 * minute: what it keeps is bounded, too.
 *
 * <p>Confined to one lane.
 */
final class Admission {
    /** What is smaller is sent at once. */
    static final int LARGE = 8 << 10;

    /** Of one lane; two lanes leave room in the 256 MiB that a process has outside its heap. */
    private static final long MOST_OCTETS = 16L << 20;

    private static final long PLACE_NANOS = 10_000_000_000L;
    private static final long CUT_OFF_NANOS = 60_000_000_000L;

    private final SequencedMap<Connection, Load> loads = new LinkedHashMap<>();
    private final SequencedSet<Connection> waiting = new LinkedHashSet<>();
    private long octets;

    /**
     * @param octets that count; 0: it has lost its place
     */
    private record Load(long octets, long sinceNanos) {}

    /** Whether there is room; if not, {@link #next} will give {@code connection} some time. */
    boolean admits(Connection connection) {
        if (octets < MOST_OCTETS) {
            waiting.remove(connection);
            return true;
        }
        waiting.add(connection);
        return false;
    }

    /** Something of {@code connection} is with the network. */
    void took(Connection connection, int size, long nowNanos) {
        Load load = loads.get(connection);
        long before = load == null ? 0 : load.octets();
        long since = load == null ? nowNanos : load.sinceNanos();
        loads.put(connection, new Load(before + size, since));
        octets += size;
    }

    /** Everything of {@code connection} has left. */
    void released(Connection connection) {
        if (loads.isEmpty()) {
            return;
        }
        Load load = loads.remove(connection);
        if (load != null) {
            octets -= load.octets();
        }
    }

    /** {@code connection} has ended. */
    void left(Connection connection) {
        released(connection);
        waiting.remove(connection);
    }

    /** Who waits, now that there is room; null: nobody. */
    @Nullable Connection next() {
        return octets < MOST_OCTETS && !waiting.isEmpty() ? waiting.removeFirst() : null;
    }

    /** Takes the places of those who do not read; gives those who have not for very long. */
    List<Connection> overdue(long nowNanos) {
        List<Connection> worst = new ArrayList<>();
        for (Map.Entry<Connection, Load> entry : loads.entrySet()) {
            Load load = entry.getValue();
            long age = nowNanos - load.sinceNanos();
            if (age > CUT_OFF_NANOS) {
                worst.add(entry.getKey());
            } else if (age > PLACE_NANOS) {
                octets -= load.octets();
                entry.setValue(new Load(0, load.sinceNanos()));
            }
        }
        return worst;
    }
}
