package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A cluster on one worker. Its hosts are replaced by messages of the control side; a host that
 * stays keeps its pools. Confined to the event loop.
 */
final class ClusterOnWorker implements WorkerCluster {
    private static final Cancellable NOTHING = () -> {};

    private final SharedCluster shared;
    private final Cluster config;
    private final Worker worker;
    private final Connector connector;
    private final RandomGenerator random;
    private final ClusterStats stats;
    private final CircuitBreaker.OnWorker normal;
    private final CircuitBreaker.OnWorker high;
    private Map<String, HostOnWorker> hosts = Map.of();
    private HostSet choice;
    private boolean removed;

    ClusterOnWorker(SharedCluster shared, Connector connector, UpstreamLoop loop) {
        this.shared = shared;
        this.config = shared.config();
        this.worker = loop.worker();
        this.connector = connector;
        this.random = loop.random();
        this.stats = new ClusterStats(worker.metrics(), shared.statName());
        this.normal = shared.normal().onWorker();
        this.high = shared.high().onWorker();
        this.choice = new HostSet(List.of(), config.lbPolicy(), random);
    }

    @Override
    public Cluster config() {
        return config;
    }

    @Override
    public Cancellable request(
            boolean highPriority,
            HttpConnection.Protocol downstream,
            List<UpstreamHost> avoid,
            StreamRequester requester) {
        HostOnWorker host = choice.choose(avoid);
        if (host == null) {
            stats.cxNoneHealthy.add(1);
            requester.onStreamFailure(Failure.NO_HEALTHY_HOST, null, "");
            return NOTHING;
        }
        StreamPool pool = host.pool(Offer.of(config.protocol(), downstream), highPriority);
        Cancellable waiting = pool.newStream(requester);
        if (removed) {
            // Somebody still held this cluster: served, but nothing is kept.
            pool.drain();
        }
        return waiting;
    }

    @Override
    public Cancellable open(ChannelRequester requester) {
        HostOnWorker host = choice.choose(List.of());
        if (host == null) {
            stats.cxNoneHealthy.add(1);
            requester.onChannelFailure(Failure.NO_HEALTHY_HOST, null, "");
            return NOTHING;
        }
        return connector.open(host, requester);
    }

    @Override
    public boolean tryRetry(boolean highPriority) {
        return limits(highPriority).retries().tryAcquire();
    }

    @Override
    public void retryEnded(boolean highPriority) {
        limits(highPriority).retries().release();
    }

    /** Whether it was made from {@code other}, not from an earlier configuration of that name. */
    boolean isOf(SharedCluster other) {
        return shared.equals(other);
    }

    /** Takes over the new list of hosts. */
    void hosts(List<HostSpec> specs) {
        Map<String, HostOnWorker> next = HashMap.newHashMap(specs.size());
        List<HostOnWorker> ordered = new ArrayList<>(specs.size());
        for (HostSpec spec : specs) {
            // An address that is listed twice is one host that has two turns.
            HostOnWorker host = next.getOrDefault(spec.key(), hosts.get(spec.key()));
            if (host == null) {
                host = new HostOnWorker(this, spec, worker.index());
            } else {
                host.spec(spec);
            }
            next.put(spec.key(), host);
            ordered.add(host);
        }
        Map<String, HostOnWorker> before = hosts;
        hosts = next;
        countMembers(specs, !next.keySet().equals(before.keySet()));
        choice = new HostSet(ordered, config.lbPolicy(), random);
        for (HostOnWorker host : before.values()) {
            if (!next.containsKey(host.spec().key())) {
                host.drain();
            }
        }
    }

    /** The cluster is gone from the configuration: its streams end in peace, nothing is kept. */
    void remove() {
        removed = true;
        hosts.values().forEach(HostOnWorker::drain);
    }

    private void countMembers(List<HostSpec> specs, boolean changed) {
        if (worker.index() != 0) {
            // A gauge is set for all workers: one of them does it.
            return;
        }
        int healthy = 0;
        for (HostSpec spec : specs) {
            healthy += spec.isHealthy() ? 1 : 0;
        }
        stats.membershipChange.add(changed ? 1 : 0);
        stats.membershipTotal.set(specs.size());
        stats.membershipHealthy.set(healthy);
    }

    CircuitBreaker.OnWorker limits(boolean highPriority) {
        return highPriority ? high : normal;
    }

    ClusterStats stats() {
        return stats;
    }

    Connector connector() {
        return connector;
    }

    Worker worker() {
        return worker;
    }
}
