package io.postern.core;

import io.postern.config.model.ConfigSource;

/** Asks for virtual hosts that requests want. May be called by any thread. */
@FunctionalInterface
public interface VirtualHostRequests {
    /**
     * Asks {@code source} for the virtual host of {@code host} in {@code table}. {@code answered}
     * is run, on any thread, when it is served, or is not to be had.
     */
    void ask(ConfigSource source, String table, String host, Runnable answered);
}
