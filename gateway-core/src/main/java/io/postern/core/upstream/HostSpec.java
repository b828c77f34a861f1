package io.postern.core.upstream;

import io.postern.config.model.Cluster.Health;
import java.net.SocketAddress;

/**
 * A host as the control side knows it, in the form in which the workers are told. Thread-safe:
 * immutable.
 *
 * @param key what tells hosts of a cluster apart: a host with a known key keeps its pools, whatever
 *     else changed
 * @param hostname empty: none is known
 * @param weight 1 or more
 * @param priority 0 is the highest
 */
record HostSpec(
        String key,
        SocketAddress address,
        String hostname,
        int weight,
        int priority,
        Locality locality,
        Health health,
        HostTally tally) {
    /** Where a host is. */
    record Locality(String region, String zone, String subZone) {}

    /** Whether requests may go to it. */
    boolean isHealthy() {
        return switch (health) {
            case UNKNOWN, HEALTHY -> true;
            case UNHEALTHY, DRAINING, TIMEOUT, DEGRADED -> false;
        };
    }
}
