package io.postern.config.model;

import io.postern.sdk.HeaderName;
import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A named group of upstream hosts.
 *
 * <p>Source: {@code envoy.config.cluster.v3.Cluster}.
 *
 * @param altStatName name in statistics; the cluster's own when not configured
 * @param outlierDetection null: none
 * @param tls null: plain text
 * @param bufferLimitBytes per connection and direction
 * @param maxRequestsPerConnection 0: no limit
 * @param idleTimeout of pooled connections without a stream; zero: none
 */
public record Cluster(
        String name,
        String altStatName,
        Discovery discovery,
        Assignment assignment,
        LoadBalancing balancing,
        List<HealthCheck> healthChecks,
        @Nullable OutlierDetection outlierDetection,
        Duration connectTimeout,
        Tls.@Nullable Upstream tls,
        List<SocketMatch> socketMatches,
        Protocol protocol,
        HttpConnectionManager.Http1Options http1,
        HttpConnectionManager.Http2Options http2,
        CircuitBreakers circuitBreakers,
        Sockets sockets,
        HostLoss hostLoss,
        Resilience resilience,
        int bufferLimitBytes,
        int maxRequestsPerConnection,
        Duration idleTimeout,
        Duration maxConnectionDuration,
        int maxResponseHeadersKib,
        int maxResponseHeadersCount,
        Metadata metadata) {
    public Cluster {
        healthChecks = List.copyOf(healthChecks);
        socketMatches = List.copyOf(socketMatches);
    }

    /** The endpoints as configured. */
    public List<LocalityEndpoints> endpoints() {
        return assignment.endpoints();
    }

    /** The same with other endpoints. */
    public Cluster withAssignment(Assignment others) {
        return new Cluster(
                name,
                altStatName,
                discovery,
                others,
                balancing,
                healthChecks,
                outlierDetection,
                connectTimeout,
                tls,
                socketMatches,
                protocol,
                http1,
                http2,
                circuitBreakers,
                sockets,
                hostLoss,
                resilience,
                bufferLimitBytes,
                maxRequestsPerConnection,
                idleTimeout,
                maxConnectionDuration,
                maxResponseHeadersKib,
                maxResponseHeadersCount,
                metadata);
    }

    /** How hosts are found. */
    public sealed interface Discovery {
        /** They are addresses. */
        record Static() implements Discovery {}

        /**
         * They are delivered; the endpoints are the latest that were.
         *
         * @param serviceName what they are asked for by
         */
        record Eds(String serviceName) implements Discovery {}

        /** They are names; every address of every name is a host. */
        record StrictDns(DnsLookups lookups) implements Discovery {}

        /** One name; a new connection goes to the first address of the latest answer. */
        record LogicalDns(DnsLookups lookups) implements Discovery {}

        /** They are those of other clusters, whose priorities follow each other. */
        record Aggregate(List<String> clusters) implements Discovery {
            public Aggregate {
                clusters = List.copyOf(clusters);
            }
        }

        /**
         * A request goes to the address that its client wanted.
         *
         * @param header names the address instead; null: none does
         * @param port instead of the address's own; 0: none
         * @param cleanup hosts nobody asked for in that time are forgotten
         */
        record OriginalDestination(@Nullable HeaderName header, int port, Duration cleanup)
                implements Discovery {}

        /** A request goes to the host that it names. */
        record ForwardProxy(NameCache cache) implements Discovery {}
    }

    /**
     * Names that are looked up when a request asks for them.
     *
     * <p>Source: {@code envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig}.
     *
     * @param hostTtl names nobody asked for in that time are forgotten
     * @param maxPending requests that wait for an answer at a time
     * @param preresolved are looked up at once
     */
    public record NameCache(
            DnsLookups lookups,
            Duration hostTtl,
            int maxHosts,
            int maxPending,
            Duration queryTimeout,
            List<Address.Socket> preresolved) {
        public NameCache {
            preresolved = List.copyOf(preresolved);
        }
    }

    /**
     * How often which addresses of a name are looked up.
     *
     * @param failureBase first wait after a failed lookup, doubled up to {@code failureMax}
     * @param jitter up to this much is added to each wait
     * @param servers who is asked; empty: the system's name servers
     */
    public record DnsLookups(
            Duration refreshRate,
            boolean respectTtl,
            DnsFamily family,
            Duration failureBase,
            Duration failureMax,
            Duration jitter,
            List<Address.Socket> servers) {
        public DnsLookups {
            servers = List.copyOf(servers);
        }

        /** After a failure as after an answer. */
        public static DnsLookups every(Duration refreshRate, boolean respectTtl, DnsFamily family) {
            return new DnsLookups(
                    refreshRate,
                    respectTtl,
                    family,
                    refreshRate,
                    refreshRate,
                    Duration.ZERO,
                    List.of());
        }
    }

    /** Which addresses a name is resolved to. */
    public enum DnsFamily {
        AUTO,
        V4_ONLY,
        V6_ONLY,
        V4_PREFERRED,
        ALL
    }

    /** Which HTTP version upstream connections speak. */
    public enum Protocol {
        HTTP1,
        HTTP2,
        /** By ALPN. */
        AUTO,
        /** As the client's request. */
        DOWNSTREAM
    }

    /**
     * The endpoints of a cluster, which EDS may replace.
     *
     * <p>Source: {@code envoy.config.endpoint.v3.ClusterLoadAssignment}.
     *
     * @param overprovisioningFactor percent: a priority counts as whole when this much of it would
     *     be, 140 by default
     * @param weightedHealth hosts count by weight, not by number, for the health of a priority
     * @param dropped the share of the requests that is refused; null: none
     */
    public record Assignment(
            List<LocalityEndpoints> endpoints,
            int overprovisioningFactor,
            boolean weightedHealth,
            RouteMatch.@Nullable Fraction dropped) {
        public Assignment {
            endpoints = List.copyOf(endpoints);
        }

        /** With Envoy's defaults. */
        public static Assignment of(List<LocalityEndpoints> endpoints) {
            return new Assignment(endpoints, 140, false, null);
        }
    }

    /**
     * The hosts of one locality.
     *
     * @param priority 0 is the highest
     * @param weight of the locality, 0: none given
     */
    public record LocalityEndpoints(
            String region,
            String zone,
            String subZone,
            int priority,
            int weight,
            List<Endpoint> endpoints) {
        public LocalityEndpoints {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * One host.
     *
     * @param hostname for auto_host_rewrite; empty: the address' name where it is one
     * @param weight 1 or more
     * @param check null: as the cluster's health checks say
     * @param socketLabels what the cluster's socketMatches are compared with, values as JSON
     * @param hashKey for ring hash and Maglev instead of the address; may be empty
     * @param lbMetadata what subsets are made by, values as JSON
     * @param lbLists the same of those that are lists: what is in them
     */
    public record Endpoint(
            Address address,
            String hostname,
            int weight,
            Health health,
            HealthCheck.@Nullable Target check,
            Map<String, String> socketLabels,
            String hashKey,
            Map<String, String> lbMetadata,
            Map<String, List<String>> lbLists,
            Metadata metadata) {
        public Endpoint {
            socketLabels = Map.copyOf(socketLabels);
            lbMetadata = Map.copyOf(lbMetadata);
            lbLists = Map.copyOf(lbLists);
        }
    }

    /**
     * TLS of the endpoints whose labels include these; the first that fits counts.
     *
     * <p>Source: {@code envoy.config.cluster.v3.Cluster.TransportSocketMatch}.
     *
     * @param labels values as JSON
     * @param tls null: plain text
     */
    public record SocketMatch(String name, Map<String, String> labels, Tls.@Nullable Upstream tls) {
        public SocketMatch {
            labels = Map.copyOf(labels);
        }

        /** Whether an endpoint with {@code others} is meant. */
        public boolean fits(Map<String, String> others) {
            return others.entrySet().containsAll(labels.entrySet());
        }
    }

    /** Health as configured. */
    public enum Health {
        UNKNOWN,
        HEALTHY,
        UNHEALTHY,
        DRAINING,
        TIMEOUT,
        DEGRADED
    }

    /** Limits of both priorities. */
    public record CircuitBreakers(Thresholds normal, Thresholds high) {}

    /**
     * Source: {@code envoy.config.cluster.v3.CircuitBreakers.Thresholds}. The defaults (1024, 1024,
     * 1024, 3) are filled in by the translator.
     *
     * @param retryBudget instead of maxRetries; null: none
     * @param trackRemaining remaining_* gauges are kept
     * @param maxConnectionsPerHost of one host; null: as many as the cluster may have
     */
    public record Thresholds(
            int maxConnections,
            int maxPendingRequests,
            int maxRequests,
            int maxRetries,
            @Nullable RetryBudget retryBudget,
            boolean trackRemaining,
            @Nullable Long maxConnectionsPerHost) {
        /** Without limits of single hosts. */
        public Thresholds(
                int maxConnections,
                int maxPendingRequests,
                int maxRequests,
                int maxRetries,
                @Nullable RetryBudget retryBudget,
                boolean trackRemaining) {
            this(
                    maxConnections,
                    maxPendingRequests,
                    maxRequests,
                    maxRetries,
                    retryBudget,
                    trackRemaining,
                    null);
        }
    }

    /** Retries up to a share of the requests that are open. */
    public record RetryBudget(double percent, int minimumConcurrency) {}

    /**
     * How connections are made.
     *
     * @param keepalive null: the kernel's way, off
     * @param source null: any local address
     * @param proxyHeader what a connection begins with; null: nothing
     * @param perClient requests of different client connections do not share connections
     * @param preconnectRatio connections per request that is open or waiting, 1 to 3
     */
    public record Sockets(
            @Nullable TcpKeepalive keepalive,
            Address.@Nullable Socket source,
            double preconnectRatio,
            @Nullable ProxyHeader proxyHeader,
            boolean perClient) {
        /** As the kernel does it. */
        public static Sockets plain() {
            return new Sockets(null, null, 1, null, false);
        }
    }

    /** Version of the PROXY protocol. Source: {@code envoy.config.core.v3.ProxyProtocolConfig}. */
    public enum ProxyHeader {
        V1,
        V2
    }

    /** Source: {@code envoy.config.core.v3.TcpKeepalive}; 0: the kernel's value. */
    public record TcpKeepalive(int probes, int timeSeconds, int intervalSeconds) {}

    /**
     * What becomes of connections and hosts when a host is lost, or new.
     *
     * @param closeOnFailure its connections are closed when it turns unhealthy
     * @param ignoreHealthOnRemoval it is removed even while its health checks pass
     * @param closeOnSetChange all connections drain when the set of hosts changes
     * @param ignoresNew a host does not count at all, for panic neither, until its first health
     *     check
     */
    public record HostLoss(
            boolean closeOnFailure,
            boolean ignoreHealthOnRemoval,
            boolean closeOnSetChange,
            boolean ignoresNew) {
        /** Nothing is closed before its time. */
        public static HostLoss gentle() {
            return new HostLoss(false, false, false, false);
        }
    }
}
