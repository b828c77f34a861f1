package io.postern.sdk;

/** A configured filter on one worker. Confined to that worker's event loop. */
public interface WorkerFilter {
    /** A filter for a new stream. */
    Filter newFilter(FilterCallbacks callbacks);

    /** Called once on the loop before the first stream: start timers here. */
    default void start() {}

    /** Called once on the loop after the last stream has ended. */
    default void close() {}
}
