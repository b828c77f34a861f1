package io.postern.sdk;

/** A configured filter, shared by all workers. Thread-safe. */
public interface LoadedFilter extends AutoCloseable {
    /**
     * Gets what all parts need: code that has to be fetched. Called on a control thread before
     * {@link #forWorker}, and may take its time. Parts may get a worker whose calls go nowhere, in
     * a shadow; this one's go out.
     *
     * @throws FilterLoadException when it cannot work
     */
    default void prepare(Worker worker) {}

    /**
     * Makes the part that belongs to one worker: instances, caches. Called on a control thread and
     * may take its time; the result is handed to the worker's loop and used only there.
     *
     * @throws FilterLoadException when it cannot work
     */
    WorkerFilter forWorker(Worker worker);

    /** Lets go of what the workers shared; called once, after every worker's part was closed. */
    @Override
    default void close() {}
}
