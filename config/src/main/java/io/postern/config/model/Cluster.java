package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named group of upstream hosts.
 *
 * <p>Source: {@code envoy.config.cluster.v3.Cluster}.
 *
 * @param altStatName name in statistics; the cluster's own when not configured
 * @param tls null: plain text
 * @param bufferLimitBytes per connection and direction
 * @param maxRequestsPerConnection 0: no limit
 * @param idleTimeout of pooled connections without a stream; zero: none
 */
public record Cluster(
        String name,
        String altStatName,
        Discovery discovery,
        List<LocalityEndpoints> endpoints,
        LbPolicy lbPolicy,
        Duration connectTimeout,
        Tls.@Nullable Upstream tls,
        Protocol protocol,
        HttpConnectionManager.Http1Options http1,
        HttpConnectionManager.Http2Options http2,
        CircuitBreakers circuitBreakers,
        int bufferLimitBytes,
        int maxRequestsPerConnection,
        Duration idleTimeout,
        Duration maxConnectionDuration,
        int maxResponseHeadersKib,
        int maxResponseHeadersCount) {
    public Cluster {
        endpoints = List.copyOf(endpoints);
    }

    /** The same with other endpoints. */
    public Cluster withEndpoints(List<LocalityEndpoints> others) {
        return new Cluster(
                name,
                altStatName,
                discovery,
                others,
                lbPolicy,
                connectTimeout,
                tls,
                protocol,
                http1,
                http2,
                circuitBreakers,
                bufferLimitBytes,
                maxRequestsPerConnection,
                idleTimeout,
                maxConnectionDuration,
                maxResponseHeadersKib,
                maxResponseHeadersCount);
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
        record StrictDns(Duration refreshRate, boolean respectTtl, DnsFamily family)
                implements Discovery {}

        /** One name; a new connection goes to the first address of the latest answer. */
        record LogicalDns(Duration refreshRate, boolean respectTtl, DnsFamily family)
                implements Discovery {}
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

    /** How a host is chosen. */
    public enum LbPolicy {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM
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
     */
    public record Endpoint(Address address, String hostname, int weight, Health health) {}

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
     */
    public record Thresholds(
            int maxConnections, int maxPendingRequests, int maxRequests, int maxRetries) {}
}
