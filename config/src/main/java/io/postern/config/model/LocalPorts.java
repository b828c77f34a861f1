package io.postern.config.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The ports of this machine on whose connections a listener filter runs.
 *
 * <p>Source: {@code envoy.config.listener.v3.ListenerFilter.filter_disabled}.
 */
public record LocalPorts(List<Range> ranges) {
    /** The port of a connection that has none, on a Unix socket. */
    public static final int NO_PORT = -1;

    private static final int LAST = 65_535;

    public static final LocalPorts ALL = new LocalPorts(List.of(new Range(NO_PORT, LAST)));
    public static final LocalPorts NONE = new LocalPorts(List.of());

    public LocalPorts {
        ranges = List.copyOf(ranges);
    }

    /** Both ends belong to it. */
    public record Range(int first, int last) {}

    /** Those that {@code test} holds for, {@link #NO_PORT} among them. */
    public static LocalPorts where(IntPredicate test) {
        var found = new ArrayList<Range>();
        int first = NO_PORT;
        for (int port = NO_PORT; port <= LAST + 1; port++) {
            if (port > LAST || !test.test(port)) {
                if (first < port) {
                    found.add(new Range(first, port - 1));
                }
                first = port + 1;
            }
        }
        return new LocalPorts(found);
    }

    public boolean contains(int port) {
        for (Range range : ranges) {
            if (range.first() <= port && port <= range.last()) {
                return true;
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }
}
