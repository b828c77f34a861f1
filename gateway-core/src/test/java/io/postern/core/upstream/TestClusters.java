package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.CircuitBreakers;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.Cluster.LbPolicy;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.config.model.Cluster.Protocol;
import io.postern.config.model.Cluster.Thresholds;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.Tls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cluster configurations for tests: Envoy's defaults, changed one by one. */
final class TestClusters {
    private final List<LocalityEndpoints> endpoints = new ArrayList<>();
    private Discovery discovery = new Discovery.Static();
    private LbPolicy policy = LbPolicy.ROUND_ROBIN;
    private Protocol protocol = Protocol.HTTP1;
    private Thresholds thresholds = new Thresholds(1024, 1024, 1024, 3);
    private int maxRequestsPerConnection;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration idleTimeout = Duration.ofHours(1);
    private Duration maxDuration = Duration.ZERO;
    private Tls.@Nullable Upstream tls;

    static TestClusters cluster() {
        return new TestClusters();
    }

    TestClusters host(String ip, int port) {
        return host(ip, port, 1, 0, Health.UNKNOWN);
    }

    TestClusters host(String ip, int port, int weight, int priority, Health health) {
        endpoints.add(
                new LocalityEndpoints(
                        "",
                        "",
                        "",
                        priority,
                        0,
                        List.of(new Endpoint(new Address.Socket(ip, port), "", weight, health))));
        return this;
    }

    TestClusters pipe(String path) {
        endpoints.add(
                new LocalityEndpoints(
                        "",
                        "",
                        "",
                        0,
                        0,
                        List.of(new Endpoint(new Address.Pipe(path), "", 1, Health.UNKNOWN))));
        return this;
    }

    TestClusters discovery(Discovery value) {
        discovery = value;
        return this;
    }

    TestClusters policy(LbPolicy value) {
        policy = value;
        return this;
    }

    TestClusters protocol(Protocol value) {
        protocol = value;
        return this;
    }

    TestClusters limits(int connections, int pending, int requests, int retries) {
        thresholds = new Thresholds(connections, pending, requests, retries);
        return this;
    }

    TestClusters maxRequestsPerConnection(int value) {
        maxRequestsPerConnection = value;
        return this;
    }

    TestClusters connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    TestClusters idleTimeout(Duration value) {
        idleTimeout = value;
        return this;
    }

    TestClusters maxDuration(Duration value) {
        maxDuration = value;
        return this;
    }

    TestClusters tls(Tls.Upstream value) {
        tls = value;
        return this;
    }

    Cluster build() {
        return build("origin");
    }

    // NullAway does not see the annotation of a nested type in a class file: tls may be null.
    @SuppressWarnings("NullAway")
    Cluster build(String name) {
        return new Cluster(
                name,
                "",
                discovery,
                endpoints,
                policy,
                connectTimeout,
                tls,
                protocol,
                new Http1Options(true, false, "", false, false, false),
                new Http2Options(
                        4096,
                        1024,
                        65535,
                        65535,
                        false,
                        false,
                        Duration.ZERO,
                        Duration.ofSeconds(5)),
                new CircuitBreakers(thresholds, new Thresholds(1024, 1024, 1024, 3)),
                1 << 20,
                maxRequestsPerConnection,
                idleTimeout,
                maxDuration,
                60,
                100);
    }
}
