package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.upstream.outlier.OutlierMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A cluster on one worker with fake connections and a virtual clock. */
final class PoolRig {
    final VirtualWorker worker = new VirtualWorker();
    final FakeConnector connector = new FakeConnector();
    final SharedCluster shared;
    final ClusterOnWorker cluster;
    private final HostBook book;
    private List<HostSpec> specs = List.of();

    PoolRig(TestClusters config) {
        this(config.build(), 1);
    }

    PoolRig(Cluster config, long seed) {
        this(config, seed, null);
    }

    /** {@code monitors}: for outlier detection. */
    PoolRig(Cluster config, long seed, @Nullable Supplier<OutlierMonitor> monitors) {
        shared = new SharedCluster(config, 1);
        var loop = new EmbeddedChannel().eventLoop();
        cluster =
                new ClusterOnWorker(
                        shared,
                        connector,
                        new UpstreamLoop(
                                worker,
                                loop,
                                (_, _, _, _, _) -> {
                                    throw new AssertionError("fake connections need no codec");
                                },
                                new Random(seed)));
        book = new HostBook(config, UpstreamChannels.NIO, 1, monitors);
        hosts(config);
    }

    /** The hosts become those of {@code config}. */
    void hosts(Cluster config) {
        List<HostSpec> hosts = new ArrayList<>();
        new FixedHosts(config, book).start(hosts::addAll);
        specs = hosts;
        cluster.hosts(HostPlan.of(hosts, cluster.config().withAssignment(config.assignment())));
    }

    /** The hosts there are now. */
    List<HostSpec> specs() {
        return specs;
    }

    /** Health flags have changed. */
    void refresh() {
        specs = specs.stream().map(HostSpec::refreshed).toList();
        cluster.hosts(HostPlan.of(specs, cluster.config()));
    }

    /** The host that the next request would go to. */
    HostOnWorker choose() {
        HostOnWorker host =
                cluster.choose(new Ask(Protocol.HTTP_1_1, List.of(), Map.of(), List.of(), -1));
        if (host == null) {
            throw new AssertionError("no host");
        }
        return host;
    }

    /** Where a request with this metadata would go; empty: nowhere. */
    String choose(Map<String, String> metadata, List<Map<String, String>> fallbacks) {
        HostOnWorker host =
                cluster.choose(new Ask(Protocol.HTTP_1_1, List.of(), metadata, fallbacks, -1));
        return host == null ? "" : host.spec().key();
    }

    TestRequest request() {
        return request(List.of());
    }

    TestRequest request(List<UpstreamHost> avoid) {
        return request(new TestRequest(), Protocol.HTTP_1_1, avoid);
    }

    TestRequest request(TestRequest request, Protocol downstream, List<UpstreamHost> avoid) {
        request.cancellable =
                cluster.request(new Ask(downstream, avoid, Map.of(), List.of(), -1), request);
        return request;
    }

    /** A request of one client's connection. */
    TestRequest request(long connection) {
        var request = new TestRequest();
        var ask = new Ask(Protocol.HTTP_1_1, List.of(), Map.of(), List.of(), connection);
        request.cancellable = cluster.request(ask, request);
        return request;
    }

    /** Two more hosts are tried when the first is not wanted. */
    private record Ask(
            Protocol downstream,
            List<UpstreamHost> avoid,
            Map<String, String> metadata,
            List<Map<String, String>> metadataFallbacks,
            long connectionId)
            implements LoadBalancerContext {
        @Override
        public boolean highPriority() {
            return false;
        }

        @Override
        public int hostAttempts() {
            return 3;
        }

        @Override
        public boolean refuses(UpstreamHost host) {
            return avoid.contains(host);
        }
    }

    long stat(String name) {
        return worker.metrics.value("cluster.origin." + name);
    }

    /** Nothing is held of any limit: each can be used up to its last permit again. */
    void everyPermitIsBack() {
        Cluster.Thresholds limits = cluster.config().circuitBreakers().normal();
        CircuitBreaker.OnWorker held = cluster.limits(false);
        assertThat(drain(held.connections())).isEqualTo(limits.maxConnections());
        assertThat(drain(held.pending())).isEqualTo(limits.maxPendingRequests());
        assertThat(drain(held.requests())).isEqualTo(limits.maxRequests());
        int retries = 0;
        while (cluster.tryRetry(false)) {
            retries++;
        }
        assertThat(retries).isEqualTo(limits.maxRetries());
    }

    private static int drain(SharedLimit.OnWorker limit) {
        int permits = 0;
        while (limit.tryAcquire()) {
            permits++;
        }
        return permits;
    }
}
