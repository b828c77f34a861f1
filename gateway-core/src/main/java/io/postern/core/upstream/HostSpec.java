package io.postern.core.upstream;

import io.postern.config.model.Cluster.Endpoint;
import java.net.SocketAddress;

/**
 * A host as the control side knows it, in the form in which the workers are told. Thread-safe:
 * immutable.
 *
 * @param key what tells hosts of a cluster apart: a host with a known key keeps its pools, whatever
 *     else changed
 * @param hostname empty: none is known
 * @param endpoint as configured
 * @param priority 0 is the highest
 * @param flags {@link HealthFlags}, when this was made
 */
record HostSpec(
        String key,
        SocketAddress address,
        String hostname,
        Endpoint endpoint,
        int priority,
        Locality locality,
        int flags,
        HostState state) {
    /**
     * Where a host is.
     *
     * @param weight of the locality, 0: none given
     */
    record Locality(String region, String zone, String subZone, int weight) {
        /** The place alone. */
        Locality unweighted() {
            return weight == 0 ? this : new Locality(region, zone, subZone, 0);
        }
    }

    /** The same host with the flags that it has now. */
    HostSpec refreshed() {
        int now = HealthFlags.of(endpoint.health()) | state.flags();
        return now == flags
                ? this
                : new HostSpec(key, address, hostname, endpoint, priority, locality, now, state);
    }

    /** 1 or more. */
    int weight() {
        return endpoint.weight();
    }

    HostTally tally() {
        return state.tally();
    }

    /** What consistent hashing knows it by. */
    String hashKey(boolean byName) {
        if (!endpoint.hashKey().isEmpty()) {
            return endpoint.hashKey();
        }
        return byName && !hostname.isEmpty() ? hostname : AddressText.of(address);
    }

    /** Whether requests may go to it; degraded ones only when there are no others. */
    boolean isHealthy() {
        return !HealthFlags.isUnhealthy(flags) && !isDegraded();
    }

    boolean isDegraded() {
        return HealthFlags.isDegraded(flags);
    }

    /** Whether it does not count at all. */
    boolean isExcluded() {
        return HealthFlags.isExcluded(flags);
    }
}
