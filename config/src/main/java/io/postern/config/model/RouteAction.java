package io.postern.config.model;

import com.google.re2j.Pattern;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route does. */
public sealed interface RouteAction {
    /**
     * Sends the request to a cluster.
     *
     * <p>Source: {@code envoy.config.route.v3.RouteAction}.
     *
     * @param clusterNotFoundStatus 503 or 404 …
     * @param timeout of the whole exchange from the end of the request; zero: none
     * @param idleTimeout null: the connection manager's stream idle time-out
     * @param retryPolicy null: the virtual host's
     * @param upgradeTypes lower-case upgrade types switched on here, beyond the manager's
     * @param connect null: CONNECT requests go to the upstream as such
     * @param internalRedirects null: redirects of the upstream go to the client
     * @param metadataMatch what hosts have to have in clusters with subsets, values as JSON
     * @param metadataFallbacks what instead, one after the other, in clusters that go by it
     * @param tries what is kept and done for further tries
     * @param lifetime null: timeout holds, and the manager's max_stream_duration
     */
    record Forward(
            ClusterChoice cluster,
            int clusterNotFoundStatus,
            Duration timeout,
            @Nullable Duration idleTimeout,
            @Nullable RetryPolicy retryPolicy,
            PathRewrite pathRewrite,
            HostRewrite hostRewrite,
            boolean appendXForwardedHost,
            boolean highPriority,
            List<String> upgradeTypes,
            List<String> disabledUpgradeTypes,
            @Nullable ConnectConfig connect,
            @Nullable Lifetime lifetime,
            List<HashPolicy> hashPolicies,
            List<MirrorPolicy> mirrors,
            @Nullable InternalRedirects internalRedirects,
            Map<String, String> metadataMatch,
            List<Map<String, String>> metadataFallbacks,
            Tries tries)
            implements RouteAction {
        public Forward {
            metadataMatch = Map.copyOf(metadataMatch);
            metadataFallbacks = List.copyOf(metadataFallbacks);
            upgradeTypes = List.copyOf(upgradeTypes);
            disabledUpgradeTypes = List.copyOf(disabledUpgradeTypes);
            hashPolicies = List.copyOf(hashPolicies);
            mirrors = List.copyOf(mirrors);
        }
    }

    /**
     * Answers with a redirect. Null parts stay as they were in the request.
     *
     * <p>Source: {@code envoy.config.route.v3.RedirectAction}.
     *
     * @param scheme {@code https} for https_redirect
     * @param port 0: as the request's, or dropped when the scheme changes its default
     */
    record Redirect(
            @Nullable String scheme,
            @Nullable String host,
            int port,
            PathRedirect path,
            int status,
            boolean stripQuery)
            implements RouteAction {}

    /**
     * Answers by itself.
     *
     * <p>Source: {@code envoy.config.route.v3.DirectResponseAction}.
     */
    record DirectResponse(int status, byte[] body) implements RouteAction {}

    /** Leaves the answer to a filter; nothing is forwarded. */
    record NonForwarding() implements RouteAction {}

    /**
     * What a route wants for the tries of its requests beside its retry policy.
     *
     * <p>Source: {@code request_body_buffer_limit} and {@code hedge_policy} of routes and virtual
     * hosts.
     *
     * @param bodyLimitBytes how much of a body is kept for further tries; negative: as much as the
     *     cluster's connections buffer
     * @param hedges a try that takes too long goes on beside the next one
     * @param resilience what holds tries of this route back
     */
    record Tries(long bodyLimitBytes, boolean hedges, Resilience resilience) {
        /** Nothing special. */
        public static Tries plain() {
            return new Tries(-1, false, Resilience.none());
        }
    }

    /**
     * The payload of CONNECT requests is what the upstream gets, on a connection of its own.
     *
     * <p>Source: {@code envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig}.
     *
     * @param proxyHeader what the connection begins with; null: nothing
     * @param post the payload of POST requests, too
     */
    record ConnectConfig(Cluster.@Nullable ProxyHeader proxyHeader, boolean post) {}

    /** What bounds an exchange beside, or instead of, the route's time-out. */
    sealed interface Lifetime {
        /**
         * {@code max_stream_duration}: counts from the start of the request, and the route's
         * time-out does not hold.
         *
         * @param max null: the connection manager's; zero: none
         * @param grpc null: grpc-timeout does not count
         */
        record OfStream(@Nullable Duration max, @Nullable GrpcTimeout grpc) implements Lifetime {}

        /** {@code max_grpc_timeout}: instead of the route's time-out, for gRPC requests. */
        record OfGrpcAnswer(GrpcTimeout grpc) implements Lifetime {}
    }

    /**
     * How the grpc-timeout header of a request counts.
     *
     * @param max zero: any
     * @param offset taken away from it
     */
    record GrpcTimeout(Duration max, Duration offset) {}

    /** How the cluster is found. */
    sealed interface ClusterChoice {
        /** By name. */
        record Named(String cluster) implements ClusterChoice {}

        /** By the value of a request header. */
        record FromHeader(HeaderName header) implements ClusterChoice {}

        /**
         * One of several, by weight.
         *
         * @param randomHeader a request header whose number counts instead of chance; null: none
         * @param byHash the hash of the request counts instead of chance
         */
        record Weighted(
                List<WeightedCluster> clusters,
                long totalWeight,
                @Nullable HeaderName randomHeader,
                boolean byHash)
                implements ClusterChoice {
            public Weighted {
                clusters = List.copyOf(clusters);
            }
        }
    }

    /**
     * One of several clusters.
     *
     * @param cluster empty when a header names it
     * @param clusterHeader the request header that names the cluster; null: none
     * @param host what the request's host becomes; empty: as the route says
     * @param metadataMatch the route's with its own
     * @param metadataFallbacks of the route's with its own
     */
    record WeightedCluster(
            String cluster,
            @Nullable HeaderName clusterHeader,
            String host,
            int weight,
            HeaderMutations headerMutations,
            FilterOverrides filterOverrides,
            Map<String, String> metadataMatch,
            List<Map<String, String>> metadataFallbacks) {
        public WeightedCluster {
            metadataMatch = Map.copyOf(metadataMatch);
            metadataFallbacks = List.copyOf(metadataFallbacks);
        }
    }

    /** What is done to the path of a forwarded request. */
    sealed interface PathRewrite {
        /** Nothing. */
        record None() implements PathRewrite {}

        /** The matched prefix (or exact path) is replaced. */
        record Prefix(String replacement) implements PathRewrite {}

        /** Every match is replaced; RE2 syntax, {@code \1} for groups; the query stays. */
        record Regex(Pattern pattern, String substitution) implements PathRewrite {}
    }

    /** What is done to the path of a redirect. */
    sealed interface PathRedirect {
        /** Nothing. */
        record Keep() implements PathRedirect {}

        /** The whole path; with its own query string, the request's is dropped. */
        record Replace(String path) implements PathRedirect {}

        /** See {@link PathRewrite}. */
        record Rewrite(PathRewrite rewrite) implements PathRedirect {}
    }

    /** What is done to the host of a forwarded request. */
    sealed interface HostRewrite {
        /** Nothing. */
        record None() implements HostRewrite {}

        /** This host. */
        record Literal(String host) implements HostRewrite {}

        /** The host name of the chosen endpoint. */
        record Auto() implements HostRewrite {}

        /** The value of a request header, if it is there. */
        record FromHeader(HeaderName header) implements HostRewrite {}

        /** The path (without query) after this substitution. */
        record FromPath(Pattern pattern, String substitution) implements HostRewrite {}
    }
}
