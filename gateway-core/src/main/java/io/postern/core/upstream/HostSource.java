package io.postern.core.upstream;

import java.util.List;
import java.util.function.Consumer;

/** Where the hosts of a cluster come from. Control side. */
sealed interface HostSource permits FixedHosts, DnsHosts, AskedHosts {
    /**
     * Begins to tell the hosts: once when they are known first, or are known to be unknown, and
     * whenever they change.
     */
    void start(Consumer<List<HostSpec>> listener);

    /** Tells nothing more. */
    void stop();
}
