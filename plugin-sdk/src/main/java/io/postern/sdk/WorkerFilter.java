package io.postern.sdk;

/**
 * A configured filter on one worker. What it can be used for is a matter of its kind: on HTTP
 * streams, on connections, for access logs. Confined to that worker's event loop.
 */
public interface WorkerFilter {
    /** A filter for a new stream. */
    Filter newFilter(FilterCallbacks callbacks);

    /** A filter for a new connection, where it is a network filter. */
    default ConnectionFilter newConnectionFilter(ConnectionCallbacks callbacks) {
        throw new UnsupportedOperationException("bug: not a network filter");
    }

    /** Logs what has ended, where it is an access logger. */
    default void log(LoggedStream stream) {
        throw new UnsupportedOperationException("bug: not an access logger");
    }

    /** What it has used so far; for a filter that counts. */
    default FilterUsage usage() {
        return FilterUsage.NONE;
    }

    /** Called once on the loop before the first stream: start timers here. */
    default void start() {}

    /** Called once on the loop after the last stream has ended. */
    default void close() {}
}
