package io.postern.config.source.xds;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The thread on which everything about configuration happens, one thing after the other. */
public interface Control extends Executor {
    /** Runs a task later; the result calls it off. */
    Runnable schedule(Duration delay, Runnable task);

    /**
     * Called on it between the steps of a long task: lets requests go first for a moment. Where
     * they have one processor with it, they would wait for all of the task otherwise.
     */
    default void makeWay() {}
}
