package io.postern.config.source.xds;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The thread on which everything about configuration happens, one thing after the other. */
public interface Control extends Executor {
    /** Runs a task later; the result calls it off. */
    Runnable schedule(Duration delay, Runnable task);

    /**
     * Called on it when something changes while requests are served: from now on they go first,
     * where they have one processor with it.
     */
    default void makeWay() {}
}
