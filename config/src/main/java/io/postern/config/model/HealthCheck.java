package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How hosts are probed.
 *
 * <p>Source: {@code envoy.config.core.v3.HealthCheck}. Intervals that were not configured are those
 * that Envoy falls back to.
 *
 * @param altPort 0: the endpoint's own
 * @param eventLogPath empty: none
 */
public record HealthCheck(
        Duration timeout,
        Intervals intervals,
        int unhealthyThreshold,
        int healthyThreshold,
        int altPort,
        boolean reuseConnection,
        String eventLogPath,
        boolean alwaysLogFailures,
        boolean alwaysLogSuccess,
        Probe probe) {
    /** Time between two probes of a host, by what is known of it. */
    public record Intervals(
            Duration usual,
            Duration noTraffic,
            Duration noTrafficHealthy,
            Duration unhealthy,
            Duration unhealthyEdge,
            Duration healthyEdge,
            Duration initialJitter,
            Duration jitter,
            int jitterPercent) {}

    /** What is asked. */
    public sealed interface Probe {
        /**
         * A request.
         *
         * @param host empty: the endpoint's, or the cluster's name
         * @param expected statuses that mean healthy
         * @param retriable statuses that count towards the threshold; others are unhealthy at once
         * @param serviceName what x-envoy-upstream-healthchecked-cluster must say; null: anything
         * @param receive texts that the body must have, in this order
         */
        record Http(
                String host,
                String path,
                String method,
                List<Header> headers,
                List<HeaderName> removals,
                List<Statuses> expected,
                List<Statuses> retriable,
                boolean http2,
                @Nullable StringMatcher serviceName,
                byte[] send,
                List<byte[]> receive,
                int bodyLimitBytes)
                implements Probe {
            public Http {
                headers = List.copyOf(headers);
                removals = List.copyOf(removals);
                expected = List.copyOf(expected);
                retriable = List.copyOf(retriable);
                receive = List.copyOf(receive);
            }
        }

        /** A connection; empty {@code send} and {@code receive}: it only has to be accepted. */
        record Tcp(byte[] send, List<byte[]> receive) implements Probe {
            public Tcp {
                receive = List.copyOf(receive);
            }
        }

        /** grpc.health.v1.Health/Check. */
        record Grpc(String service, String authority, List<Header> metadata) implements Probe {
            public Grpc {
                metadata = List.copyOf(metadata);
            }
        }
    }

    /** A header of a probe. */
    public record Header(HeaderName name, String value, HeaderMutations.AppendAction action) {}

    /** Statuses from {@code first} up to, but not including, {@code end}. */
    public record Statuses(int first, int end) {
        /** Whether {@code status} is one of them. */
        public boolean contains(int status) {
            return status >= first && status < end;
        }
    }

    /**
     * What an endpoint says about its own checks.
     *
     * @param port 0: the endpoint's
     * @param address null: the endpoint's
     */
    public record Target(int port, String hostname, @Nullable Address address, boolean disabled) {}
}
