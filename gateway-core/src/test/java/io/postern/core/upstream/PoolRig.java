package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A cluster on one worker with fake connections and a virtual clock. */
final class PoolRig {
    final VirtualWorker worker = new VirtualWorker();
    final FakeConnector connector = new FakeConnector();
    final SharedCluster shared;
    final ClusterOnWorker cluster;
    private final HostBook book;

    PoolRig(TestClusters config) {
        this(config.build(), 1);
    }

    PoolRig(Cluster config, long seed) {
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
        book = new HostBook(config, UpstreamChannels.NIO, 1);
        hosts(config);
    }

    /** The hosts become those of {@code config}. */
    void hosts(Cluster config) {
        List<HostSpec> hosts = new ArrayList<>();
        new FixedHosts(config, book).start(hosts::addAll);
        cluster.hosts(hosts);
    }

    TestRequest request() {
        return request(List.of());
    }

    TestRequest request(List<UpstreamHost> avoid) {
        return request(new TestRequest(), Protocol.HTTP_1_1, avoid);
    }

    TestRequest request(TestRequest request, Protocol downstream, List<UpstreamHost> avoid) {
        request.cancellable = cluster.request(false, downstream, avoid, request);
        return request;
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
    }

    private static int drain(SharedLimit.OnWorker limit) {
        int permits = 0;
        while (limit.tryAcquire()) {
            permits++;
        }
        return permits;
    }
}
