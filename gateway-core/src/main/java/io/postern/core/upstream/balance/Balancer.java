package io.postern.core.upstream.balance;

/** Chooses one of a fixed number of hosts. Confined to the event loop. */
@FunctionalInterface
public interface Balancer {
    /**
     * An index from 0 to the number of hosts - 1.
     *
     * @param hash of the request, or any number where it has none
     * @param attempt how many hosts were chosen for this request and not wanted
     */
    int choose(long hash, int attempt);
}
