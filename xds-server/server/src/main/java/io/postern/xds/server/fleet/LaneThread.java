package io.postern.xds.server.fleet;

import java.util.concurrent.Executor;

/**
 * The thread of a {@link Lane}: what is given to it is carried out one after the other, in its
 * order. Thread-safe.
 */
public interface LaneThread extends Executor, AutoCloseable {
    /** Whether this is that thread, and what it hears of a stream can be handled on the spot. */
    boolean isCurrent();

    /** Carries out nothing more. */
    @Override
    void close();
}
