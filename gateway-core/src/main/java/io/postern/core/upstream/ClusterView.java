package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import java.util.List;

/**
 * A cluster as the admin server shows it on /clusters. Thread-safe: immutable; the numbers are sums
 * over the workers, a moment old.
 *
 * @param statName observability_name
 */
public record ClusterView(String name, String statName, Cluster config, List<Host> hosts) {
    public ClusterView {
        hosts = List.copyOf(hosts);
    }

    /**
     * One host.
     *
     * @param address {@code 127.0.0.1:8080}, or a path
     * @param hostname empty when none is known
     * @param healthFlags in the words of Envoy
     */
    public record Host(
            String address,
            String hostname,
            int weight,
            int priority,
            String region,
            String zone,
            String subZone,
            Cluster.Health health,
            String healthFlags,
            Counts counts) {
        static Host of(HostSpec spec) {
            return new Host(
                    AddressText.of(spec.address()),
                    spec.hostname(),
                    spec.weight(),
                    spec.priority(),
                    spec.locality().region(),
                    spec.locality().zone(),
                    spec.locality().subZone(),
                    spec.health(),
                    flags(spec.health()),
                    Counts.of(spec.tally()));
        }

        private static String flags(Cluster.Health health) {
            return switch (health) {
                case UNKNOWN, HEALTHY -> "healthy";
                case UNHEALTHY, DRAINING, TIMEOUT -> "/failed_eds_health";
                case DEGRADED -> "/eds_degraded_health";
            };
        }
    }

    /** What was counted for a host. */
    public record Counts(
            long cxActive,
            long cxConnectFail,
            long cxTotal,
            long rqActive,
            long rqError,
            long rqSuccess,
            long rqTimeout,
            long rqTotal) {
        static Counts of(HostTally tally) {
            return new Counts(
                    tally.sum(HostTally.Count.CX_ACTIVE),
                    tally.sum(HostTally.Count.CX_CONNECT_FAIL),
                    tally.sum(HostTally.Count.CX_TOTAL),
                    tally.sum(HostTally.Count.RQ_ACTIVE),
                    tally.sum(HostTally.Count.RQ_ERROR),
                    tally.sum(HostTally.Count.RQ_SUCCESS),
                    tally.sum(HostTally.Count.RQ_TIMEOUT),
                    tally.sum(HostTally.Count.RQ_TOTAL));
        }
    }
}
