package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a host of a cluster is chosen: first a priority, then a locality, then the host.
 *
 * <p>Source: {@code lb_policy} and {@code common_lb_config} of {@code
 * envoy.config.cluster.v3.Cluster}, or its {@code load_balancing_policy}.
 *
 * @param panicThreshold percent of healthy hosts below which all hosts of a priority are used; 0:
 *     never
 * @param slowStart null: a new host gets its full share at once
 * @param subsets null: any host may get any request
 * @param overrides request headers that name hosts, {@code 10.0.0.1:80,10.0.0.2:80}, to be tried
 *     one after the other before all this
 */
public record LoadBalancing(
        Policy policy,
        Localities localities,
        double panicThreshold,
        @Nullable SlowStart slowStart,
        @Nullable Subsets subsets,
        List<HeaderName> overrides) {
    public LoadBalancing {
        overrides = List.copyOf(overrides);
    }

    /** Envoy's healthy_panic_threshold. */
    public static final double DEFAULT_PANIC_THRESHOLD = 50;

    /** {@code policy} and otherwise Envoy's defaults. */
    public static LoadBalancing of(Policy policy) {
        return new LoadBalancing(
                policy,
                new Localities.ZoneAware(100, 6, false),
                DEFAULT_PANIC_THRESHOLD,
                null,
                null,
                List.of());
    }

    /** How a host is chosen among those of one locality. */
    public sealed interface Policy {
        /** One after the other, by weight. */
        record RoundRobin() implements Policy {}

        /**
         * Of a few hosts taken at random the one with the fewest requests.
         *
         * @param choices how many are compared, 2 or more
         * @param activeRequestBias how much open requests lower the weight of a host, where weights
         *     differ
         * @param fullScan all are compared
         */
        record LeastRequest(int choices, double activeRequestBias, boolean fullScan)
                implements Policy {}

        /** Any; weights are not looked at, as in Envoy. */
        record AnyHost() implements Policy {}

        /** By the request's hash, on a ring of hashes of hosts (ketama). */
        record RingHash(long minimumSize, long maximumSize, boolean murmur, HashKeys keys)
                implements Policy {}

        /** By the request's hash, in a table of a prime size. */
        record Maglev(int tableSize, HashKeys keys) implements Policy {}

        /** The cluster itself knows where a request goes. */
        record ClusterProvided() implements Policy {}
    }

    /**
     * What hosts are hashed by, and how unevenly hashing may load them.
     *
     * @param hostname by name instead of address
     * @param balanceFactor percent of the average load that a host may have, 100 or more; 0: any
     */
    public record HashKeys(boolean hostname, int balanceFactor) {}

    /** How a locality is chosen. */
    public sealed interface Localities {
        /** By the weights of localities. */
        record Weighted() implements Localities {}

        /**
         * The gateway's own zone first, as far as its share goes; needs cluster_manager's
         * local_cluster_name, without which localities are not looked at.
         */
        record ZoneAware(double routedPercent, long minimumClusterSize, boolean failOnPanic)
                implements Localities {}
    }

    /**
     * A host that has become healthy gets its share little by little.
     *
     * @param aggression 1: linear
     */
    public record SlowStart(Duration window, double aggression, double minimumWeightPercent) {}
}
