package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.RouteMatch;
import io.postern.config.model.Subsets;
import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.resilience.ResilienceGuard;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cluster on one worker. Its hosts are replaced by messages of the control side; a host that
 * stays keeps its pools. Confined to the event loop.
 */
final class ClusterOnWorker implements WorkerCluster {
    private static final Cancellable NOTHING = () -> {};

    /** Of a byte stream that says nothing about itself. */
    private record OfChannel() implements LoadBalancerContext {
        @Override
        public boolean highPriority() {
            return false;
        }

        @Override
        public HttpConnection.Protocol downstream() {
            return HttpConnection.Protocol.HTTP_1_1;
        }
    }

    private final SharedCluster shared;
    private final Cluster config;
    private final Worker worker;
    private final Connector connector;
    private final HostSet.Means means;
    private final ClusterStats stats;
    private final CircuitBreaker.OnWorker normal;
    private final CircuitBreaker.OnWorker high;
    private Map<String, HostOnWorker> hosts = Map.of();
    private HostSet choice;
    private @Nullable HostAddresses addresses;
    private HostChooser chooser;
    private final @Nullable HostChooser own;
    private final @Nullable NamedHosts named;
    private HostPlan plan;
    private int generation;
    private boolean removed;

    ClusterOnWorker(SharedCluster shared, Connector connector, UpstreamLoop loop) {
        this(shared, connector, loop, new ClustersOnWorker(), null);
    }

    /**
     * @param clusters all clusters of this worker
     * @param where null: zones do not count
     */
    ClusterOnWorker(
            SharedCluster shared,
            Connector connector,
            UpstreamLoop loop,
            ClustersOnWorker clusters,
            Neighbourhood.@Nullable Around where) {
        this.shared = shared;
        this.config = shared.config();
        this.worker = loop.worker();
        this.connector = connector;
        this.stats = new ClusterStats(worker.metrics(), shared.statName());
        String breakers = "cluster." + shared.statName() + ".circuit_breakers.";
        this.normal = shared.normal().onWorker(worker.metrics(), breakers + "default.");
        this.high = shared.high().onWorker(worker.metrics(), breakers + "high.");
        this.means = new HostSet.Means(loop.random(), worker::monotonicNanos, stats.panics, where);
        HostPlan nobody = HostPlan.of(List.of(), config);
        this.plan = nobody;
        this.choice = new HostSet(new HostOnWorker[0], nobody, config.balancing(), means);
        this.chooser = choice;
        AskedHosts asked = shared.asked();
        this.own =
                switch (config.discovery()) {
                    case Discovery.Aggregate(List<String> names) ->
                            new AggregateChoice(names, clusters, config, loop.random());
                    case Discovery.OriginalDestination original when asked != null ->
                            new OriginalChoice(original, asked, this);
                    default -> null;
                };
        AskedNames names = shared.names();
        this.named = names == null ? null : new NamedHosts(names, this);
    }

    @Override
    public Cluster config() {
        return config;
    }

    @Override
    public Cancellable request(LoadBalancerContext context, StreamRequester requester) {
        if (named != null) {
            return named.request(context, requester);
        }
        HostOnWorker host = choose(context);
        if (host == null) {
            stats.cxNoneHealthy.add(1);
            requester.onStreamFailure(Failure.NO_HEALTHY_HOST, null, "");
            return NOTHING;
        }
        return request(host, context, requester);
    }

    /** Asks for a stream to {@code host}, which may be another cluster's. */
    Cancellable request(HostOnWorker host, LoadBalancerContext context, StreamRequester requester) {
        Cluster of = host.cluster().config;
        Offer offer = Offer.of(of.protocol(), context.downstream());
        ClientPools.Sharing sharing = ClientPools.Sharing.of(of.sockets(), context);
        StreamPool pool =
                sharing == null
                        ? host.pool(offer, context.highPriority())
                        : host.pool(offer, context.highPriority(), sharing);
        Cancellable waiting = pool.newStream(requester);
        if (host.cluster().removed) {
            // Somebody still held this cluster: served, but nothing is kept.
            pool.drain();
        }
        return waiting;
    }

    @Override
    public Cancellable open(ChannelRequester requester) {
        LoadBalancerContext given = requester.context();
        LoadBalancerContext context = given == null ? new OfChannel() : given;
        if (named != null) {
            return named.open(context, requester);
        }
        HostOnWorker host = choose(context);
        if (host == null) {
            stats.cxNoneHealthy.add(1);
            requester.onChannelFailure(Failure.NO_HEALTHY_HOST, null, "");
            return NOTHING;
        }
        return host.cluster().connector.open(host, requester);
    }

    @Override
    public RouteMatch.@Nullable Fraction dropped() {
        return plan.dropped();
    }

    @Override
    public @Nullable ResilienceGuard guard() {
        return shared.guard();
    }

    @Override
    public boolean tryRetry(boolean highPriority) {
        return limits(highPriority).retries().tryAcquire(stats);
    }

    @Override
    public void retryEnded(boolean highPriority) {
        limits(highPriority).retries().release();
    }

    /** Whether it was made from {@code other}, not from an earlier configuration of that name. */
    boolean isOf(SharedCluster other) {
        return shared.equals(other);
    }

    /** The host for a request; null when there is none. */
    @Nullable HostOnWorker choose(LoadBalancerContext context) {
        if (own != null) {
            return own.choose(context);
        }
        String override = context.overrideHost();
        HostOnWorker wanted = wanted(override);
        if (wanted == null && !override.isEmpty() && context.strictOverride()) {
            return null;
        }
        if (wanted == null && !config.balancing().overrides().isEmpty()) {
            wanted = overridden(context);
        }
        return wanted == null ? chooser.choose(context) : wanted;
    }

    private @Nullable HostOnWorker overridden(LoadBalancerContext context) {
        HostOnWorker found = null;
        String key = context.nextOverride(config.balancing().overrides());
        while (key != null && found == null) {
            found = hosts.get(key);
            key = found == null ? context.nextOverride(config.balancing().overrides()) : null;
        }
        return found;
    }

    /** The hosts as they are now. */
    HostPlan plan() {
        return plan;
    }

    /** Counts how often the hosts, or their health, have changed. */
    int generation() {
        return generation;
    }

    /** A host that a request has asked for; it stays until a plan is without it. */
    HostOnWorker host(HostSpec spec) {
        HostOnWorker known = hosts.get(spec.key());
        if (known == null) {
            known = new HostOnWorker(this, spec, worker.index());
            Map<String, HostOnWorker> more = new HashMap<>(hosts);
            more.put(spec.key(), known);
            hosts = more;
        } else {
            known.spec(spec);
        }
        return known;
    }

    private @Nullable HostOnWorker wanted(String address) {
        return address.isEmpty() ? null : addresses().usable(address);
    }

    private HostAddresses addresses() {
        HostAddresses known = addresses;
        if (known == null) {
            known = new HostAddresses(hosts.values());
            addresses = known;
        }
        return known;
    }

    @Override
    public List<UpstreamEndpoint> endpoints() {
        return addresses().endpoints();
    }

    /** The host of a key that is known. */
    HostOnWorker hostOf(String key) {
        return Objects.requireNonNull(hosts.get(key), key);
    }

    /** Takes over the new list of hosts. */
    void hosts(HostPlan now) {
        plan = now;
        generation++;
        List<HostSpec> specs = plan.hosts();
        Map<String, HostOnWorker> next = HashMap.newHashMap(specs.size());
        HostOnWorker[] ordered = new HostOnWorker[specs.size()];
        for (int i = 0; i < ordered.length; i++) {
            HostSpec spec = specs.get(i);
            // An address that is listed twice is one host that has two turns.
            HostOnWorker host = next.getOrDefault(spec.key(), hosts.get(spec.key()));
            if (host == null) {
                host = new HostOnWorker(this, spec, worker.index());
            } else {
                host.spec(spec);
            }
            next.put(spec.key(), host);
            ordered[i] = host;
        }
        Map<String, HostOnWorker> before = hosts;
        hosts = next;
        addresses = null;
        boolean changed = !next.keySet().equals(before.keySet());
        countMembers(plan, changed);
        choice = new HostSet(ordered, plan, config.balancing(), means);
        SubsetChoice subsets = subsets(plan);
        chooser = subsets == null ? choice : subsets;
        for (HostOnWorker host : before.values()) {
            if (!next.containsKey(host.spec().key())) {
                host.drain();
            } else if (changed && config.hostLoss().closeOnSetChange()) {
                host.renewConnections();
            }
        }
        if (config.hostLoss().closeOnFailure()) {
            closeFailed(next.values());
        }
    }

    private @Nullable SubsetChoice subsets(HostPlan plan) {
        Subsets configured = config.balancing().subsets();
        return configured == null || plan.subsets() == null
                ? null
                : new SubsetChoice(
                        configured,
                        plan.subsets(),
                        choice,
                        this::hostSet,
                        SubsetChoice.Stats.of(worker.metrics(), shared.statName()));
    }

    private HostSet hostSet(HostPlan plan) {
        List<HostSpec> specs = plan.hosts();
        HostOnWorker[] ordered = new HostOnWorker[specs.size()];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = hostOf(specs.get(i).key());
        }
        return new HostSet(ordered, plan, config.balancing(), means);
    }

    private static void closeFailed(Iterable<HostOnWorker> hosts) {
        for (HostOnWorker host : hosts) {
            if ((host.spec().flags() & HealthFlags.FAILED_ACTIVE_HC) != 0) {
                host.closeConnections();
            }
        }
    }

    /** The cluster is gone from the configuration: its streams end in peace, nothing is kept. */
    void remove() {
        removed = true;
        hosts.values().forEach(HostOnWorker::drain);
    }

    private void countMembers(HostPlan plan, boolean changed) {
        if (worker.index() != 0) {
            // A gauge is set for all workers: one of them does it.
            return;
        }
        stats.membershipChange.add(changed ? 1 : 0);
        stats.membershipTotal.set(plan.hosts().size());
        stats.membershipHealthy.set(plan.count(HostSpec::isHealthy));
        stats.membershipDegraded.set(plan.count(HostSpec::isDegraded));
        stats.membershipExcluded.set(plan.count(HostSpec::isExcluded));
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
