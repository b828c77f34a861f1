package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Assignment;
import io.postern.config.model.Cluster.CircuitBreakers;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.Cluster.HostLoss;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.config.model.Cluster.Protocol;
import io.postern.config.model.Cluster.Sockets;
import io.postern.config.model.Cluster.Thresholds;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.HttpConnectionManager.HeaderKeys;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.OutlierDetection;
import io.postern.config.model.Resilience;
import io.postern.config.model.Tls;
import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cluster configurations for tests: Envoy's defaults, changed one by one. */
final class TestClusters {
    private final List<LocalityEndpoints> endpoints = new ArrayList<>();
    private Discovery discovery = new Discovery.Static();
    private LoadBalancing balancing = LoadBalancing.of(new Policy.RoundRobin());
    private final List<HealthCheck> healthChecks = new ArrayList<>();
    private @Nullable OutlierDetection outlierDetection;
    private HostLoss hostLoss = HostLoss.gentle();
    private Sockets sockets = Sockets.plain();
    private Protocol protocol = Protocol.HTTP1;
    private Thresholds thresholds = new Thresholds(1024, 1024, 1024, 3, null, false);
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
        return locality("", 0, priority, endpoint(new Address.Socket(ip, port), weight, health));
    }

    /** Hosts of one zone. */
    TestClusters locality(String zone, int weight, int priority, Endpoint... hosts) {
        endpoints.add(new LocalityEndpoints("", zone, "", priority, weight, List.of(hosts)));
        return this;
    }

    @SuppressWarnings("NullAway") // it does not see the annotation of a nested type in a class file
    static Endpoint endpoint(Address address, int weight, Health health) {
        return new Endpoint(
                address,
                "",
                weight,
                health,
                null,
                Map.of(),
                "",
                Map.of(),
                Map.of(),
                Metadata.none());
    }

    TestClusters pipe(String path) {
        return locality("", 0, 0, endpoint(new Address.Pipe(path), 1, Health.UNKNOWN));
    }

    TestClusters discovery(Discovery value) {
        discovery = value;
        return this;
    }

    TestClusters policy(Policy value) {
        return balancing(LoadBalancing.of(value));
    }

    TestClusters balancing(LoadBalancing value) {
        balancing = value;
        return this;
    }

    TestClusters check(HealthCheck value) {
        healthChecks.add(value);
        return this;
    }

    TestClusters outliers(OutlierDetection value) {
        outlierDetection = value;
        return this;
    }

    TestClusters hostLoss(HostLoss value) {
        hostLoss = value;
        return this;
    }

    TestClusters sockets(Sockets value) {
        sockets = value;
        return this;
    }

    TestClusters protocol(Protocol value) {
        protocol = value;
        return this;
    }

    TestClusters limits(int connections, int pending, int requests, int retries) {
        thresholds = new Thresholds(connections, pending, requests, retries, null, false);
        return this;
    }

    TestClusters limits(Thresholds value) {
        thresholds = value;
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
                Assignment.of(endpoints),
                balancing,
                healthChecks,
                outlierDetection,
                connectTimeout,
                tls,
                List.of(),
                protocol,
                new Http1Options(
                        true, false, "", false, false, false, false, HeaderKeys.LOWER_CASE, null),
                new Http2Options(
                        4096,
                        1024,
                        65535,
                        65535,
                        false,
                        false,
                        Duration.ZERO,
                        Duration.ofSeconds(5)),
                new CircuitBreakers(thresholds, new Thresholds(1024, 1024, 1024, 3, null, false)),
                sockets,
                hostLoss,
                Resilience.none(),
                1 << 20,
                maxRequestsPerConnection,
                idleTimeout,
                maxDuration,
                60,
                100,
                Metadata.none());
    }
}
