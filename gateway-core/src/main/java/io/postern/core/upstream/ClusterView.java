package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.upstream.outlier.OutlierMonitor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster as the admin server shows it on /clusters. Thread-safe: immutable; the numbers are sums
 * over the workers, a moment old.
 *
 * @param statName observability_name
 * @param addedViaApi it was delivered while the process ran
 * @param resilience state of Postern's own protection; empty when there is none
 */
public record ClusterView(
        String name,
        String statName,
        Cluster config,
        boolean addedViaApi,
        Map<String, String> resilience,
        List<Host> hosts) {
    public ClusterView {
        resilience = Collections.unmodifiableMap(new LinkedHashMap<>(resilience));
        hosts = List.copyOf(hosts);
    }

    /** The same, of a cluster that was delivered. */
    public ClusterView delivered() {
        return new ClusterView(name, statName, config, true, resilience, hosts);
    }

    /**
     * One host.
     *
     * @param address {@code 127.0.0.1:8080}, or a path
     * @param hostname empty when none is known
     * @param healthFlags in the words of Envoy
     * @param successRate of the last interval of outlier detection in percent; -1: not known
     * @param localSuccessRate the same of connections and time-outs
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
            double successRate,
            double localSuccessRate,
            Counts counts) {
        static Host of(HostSpec spec) {
            OutlierMonitor monitor = spec.state().monitor();
            return new Host(
                    AddressText.of(spec.address()),
                    spec.hostname(),
                    spec.weight(),
                    spec.priority(),
                    spec.locality().region(),
                    spec.locality().zone(),
                    spec.locality().subZone(),
                    spec.endpoint().health(),
                    HealthFlags.text(spec.flags()),
                    monitor == null ? -1 : monitor.successRate(),
                    monitor == null ? -1 : monitor.localSuccessRate(),
                    Counts.of(spec.tally()));
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
