package io.postern.sdk;

/**
 * Turns the configuration of one kind of filter into filters. Registered in {@code Assembly}.
 *
 * <p>The life of a configured filter: {@link #load} once per configuration (control thread), {@link
 * LoadedFilter#forWorker} once per worker (control thread), {@link WorkerFilter#newFilter} once per
 * stream (event loop), then {@link WorkerFilter#close} on each loop when its last stream has ended
 * and {@link LoadedFilter#close} when all are.
 *
 * @param <C> configuration type, immutable
 */
public interface FilterFactory<C> {
    /** The configuration this factory takes. */
    Class<C> configType();

    /**
     * Does the expensive part: reads files, compiles code, checks that the configuration can work.
     * Called on a control thread and may block; a failure rejects the configuration.
     *
     * @throws FilterLoadException saying what, where, expected and the likely cure
     */
    LoadedFilter load(C config, FilterScope scope);
}
