package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.postern.config.envoy.TriesTranslator.Outer;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.ConnectConfig;
import io.postern.config.model.RouteAction.GrpcTimeout;
import io.postern.config.model.RouteAction.HostRewrite;
import io.postern.config.model.RouteAction.Lifetime;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.route.v3.RouteAction}: where a request goes. */
final class ForwardTranslator {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    private final Translation translation;
    private final RouteScope scope;
    private final MatcherTranslator matchers;
    private final RetryPolicyTranslator retries;
    private final HeaderMutationsTranslator headers;

    ForwardTranslator(Translation translation, RouteScope scope) {
        this.translation = translation;
        this.scope = scope;
        this.matchers = new MatcherTranslator(translation);
        this.retries = new RetryPolicyTranslator(translation);
        this.headers = new HeaderMutationsTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var route = "envoy.config.route.v3.";
        return List.of(
                MessageSupport.of(route + "RouteAction")
                        .reads(
                                "cluster",
                                "cluster_header",
                                "weighted_clusters",
                                "cluster_not_found_response_code",
                                "prefix_rewrite",
                                "regex_rewrite",
                                "host_rewrite_literal",
                                "auto_host_rewrite",
                                "host_rewrite_header",
                                "host_rewrite_path_regex",
                                "append_x_forwarded_host",
                                "timeout",
                                "idle_timeout",
                                "retry_policy",
                                "priority",
                                "upgrade_configs",
                                "max_stream_duration",
                                "max_grpc_timeout",
                                "grpc_timeout_offset",
                                "hash_policy",
                                "request_mirror_policies",
                                "internal_redirect_policy",
                                "path_rewrite_policy",
                                "hedge_policy")
                        .opaque("metadata_match")
                        .accepts(
                                "only rate limit filters read it",
                                "rate_limits",
                                "include_vh_rate_limits")
                        .reads("cors")
                        .accepts("there is no early data without HTTP/3", "early_data_policy"),
                MessageSupport.of(route + "RouteAction.UpgradeConfig")
                        .reads("upgrade_type", "enabled", "connect_config"),
                MessageSupport.of(route + "RouteAction.UpgradeConfig.ConnectConfig")
                        .reads("proxy_protocol_config", "allow_post"),
                MessageSupport.of(route + "RouteAction.MaxStreamDuration")
                        .reads(
                                "max_stream_duration",
                                "grpc_timeout_header_max",
                                "grpc_timeout_header_offset"),
                MessageSupport.of(route + "WeightedCluster")
                        .reads(
                                "clusters",
                                "total_weight",
                                "runtime_key_prefix",
                                "header_name",
                                "use_hash_policy"),
                MessageSupport.of(route + "WeightedCluster.ClusterWeight")
                        .reads(
                                "name",
                                "cluster_header",
                                "host_rewrite_literal",
                                "weight",
                                "typed_per_filter_config")
                        .opaque("metadata_match")
                        .reads(HeaderMutationsTranslator.FIELDS));
    }

    RouteAction.Forward translate(
            io.envoyproxy.envoy.config.route.v3.RouteAction action,
            @Nullable UriTemplate template,
            Outer outer,
            Spot spot) {
        var timeout =
                translation.duration(
                        action.hasTimeout(),
                        action.getTimeout(),
                        DEFAULT_TIMEOUT,
                        spot.field("timeout"));
        return new RouteAction.Forward(
                cluster(action, spot),
                notFoundStatus(action),
                timeout,
                action.hasIdleTimeout()
                        ? translation.duration(action.getIdleTimeout(), spot.field("idle_timeout"))
                        : null,
                action.hasRetryPolicy()
                        ? retries.translate(
                                action.getRetryPolicy(), timeout, spot.field("retry_policy"))
                        : null,
                pathRewrite(action, template, spot),
                hostRewrite(action, spot),
                action.getAppendXForwardedHost(),
                action.getPriority() == RoutingPriority.HIGH,
                upgrades(action.getUpgradeConfigsList(), true),
                upgrades(action.getUpgradeConfigsList(), false),
                connect(action.getUpgradeConfigsList(), spot.field("upgrade_configs")),
                lifetime(action, spot),
                new HashPolicyTranslator(translation)
                        .translate(action.getHashPolicyList(), spot.field("hash_policy")),
                action.getRequestMirrorPoliciesCount() == 0
                        ? outer.mirrors()
                        : new MirrorTranslator(translation, scope)
                                .translate(
                                        action.getRequestMirrorPoliciesList(),
                                        spot.field("request_mirror_policies")),
                action.hasInternalRedirectPolicy()
                        ? new InternalRedirectTranslator(translation)
                                .translate(
                                        action.getInternalRedirectPolicy(),
                                        spot.field("internal_redirect_policy"))
                        : null,
                SubsetsTranslator.metadata(action.getMetadataMatch()),
                SubsetsTranslator.fallbacks(
                        action.getMetadataMatch(), Metadata.getDefaultInstance()),
                outer.tries());
    }

    @SuppressWarnings("deprecation") // Envoy still takes max_grpc_timeout
    private @Nullable Lifetime lifetime(
            io.envoyproxy.envoy.config.route.v3.RouteAction action, Spot spot) {
        if (action.hasMaxStreamDuration()) {
            var given = action.getMaxStreamDuration();
            var at = spot.field("max_stream_duration");
            return new Lifetime.OfStream(
                    given.hasMaxStreamDuration()
                            ? translation.duration(
                                    given.getMaxStreamDuration(), at.field("max_stream_duration"))
                            : null,
                    given.hasGrpcTimeoutHeaderMax()
                            ? new GrpcTimeout(
                                    translation.duration(
                                            given.getGrpcTimeoutHeaderMax(),
                                            at.field("grpc_timeout_header_max")),
                                    translation.duration(
                                            given.getGrpcTimeoutHeaderOffset(),
                                            at.field("grpc_timeout_header_offset")))
                            : null);
        }
        if (!action.hasMaxGrpcTimeout()) {
            return null;
        }
        return new Lifetime.OfGrpcAnswer(
                new GrpcTimeout(
                        translation.duration(
                                action.getMaxGrpcTimeout(), spot.field("max_grpc_timeout")),
                        translation.duration(
                                action.getGrpcTimeoutOffset(), spot.field("grpc_timeout_offset"))));
    }

    private ClusterChoice cluster(
            io.envoyproxy.envoy.config.route.v3.RouteAction action, Spot spot) {
        return switch (action.getClusterSpecifierCase()) {
            case CLUSTER -> {
                scope.checkCluster(action.getCluster(), spot.field("cluster"));
                yield new ClusterChoice.Named(action.getCluster());
            }
            case CLUSTER_HEADER ->
                    new ClusterChoice.FromHeader(HeaderName.ofRequest(action.getClusterHeader()));
            case WEIGHTED_CLUSTERS ->
                    weighted(
                            action.getWeightedClusters(),
                            action.getMetadataMatch(),
                            spot.field("weighted_clusters"));
            case CLUSTER_SPECIFIER_PLUGIN,
                    INLINE_CLUSTER_SPECIFIER_PLUGIN,
                    CLUSTERSPECIFIER_NOT_SET ->
                    new ClusterChoice.Named("");
        };
    }

    @SuppressWarnings("deprecation") // Envoy still takes total_weight, and ignores it
    private ClusterChoice weighted(WeightedCluster weighted, Metadata metadata, Spot spot) {
        var clusters =
                Translation.each(
                        weighted.getClustersList(),
                        spot.field("clusters"),
                        (cluster, at) ->
                                weightedCluster(
                                        cluster, weighted.getRuntimeKeyPrefix(), metadata, at));
        long total = 0;
        for (var cluster : clusters) {
            total += cluster.weight();
        }
        if (total == 0) {
            translation.error(
                    spot.field("clusters"), "the weights add up to 0 (expected: 1 or more)");
        }
        if (total > 0xFFFF_FFFFL) {
            translation.error(spot.field("clusters"), "the weights add up to more than 4294967295");
        }
        return new ClusterChoice.Weighted(
                clusters,
                total,
                weighted.getHeaderName().isEmpty()
                        ? null
                        : HeaderName.ofRequest(weighted.getHeaderName()),
                weighted.getUseHashPolicy().getValue());
    }

    private RouteAction.WeightedCluster weightedCluster(
            ClusterWeight cluster, String keyPrefix, Metadata metadata, Spot spot) {
        var header = cluster.getClusterHeader();
        if (cluster.getName().isEmpty() == header.isEmpty()) {
            translation.error(
                    spot,
                    "a weighted cluster needs one of name and cluster_header",
                    "name the cluster");
        } else if (header.isEmpty()) {
            scope.checkCluster(cluster.getName(), spot.field("name"));
        }
        return new RouteAction.WeightedCluster(
                cluster.getName(),
                header.isEmpty() ? null : HeaderName.ofRequest(header),
                cluster.getHostRewriteLiteral(),
                weight(cluster, keyPrefix),
                headers.translate(
                        cluster.getRequestHeadersToAddList(),
                        cluster.getRequestHeadersToRemoveList(),
                        cluster.getResponseHeadersToAddList(),
                        cluster.getResponseHeadersToRemoveList(),
                        spot),
                scope.overrides(cluster.getTypedPerFilterConfigMap(), spot),
                SubsetsTranslator.with(metadata, cluster.getMetadataMatch()),
                SubsetsTranslator.fallbacks(metadata, cluster.getMetadataMatch()));
    }

    // As in Envoy, the key is the prefix, a dot and the cluster's name.
    private int weight(ClusterWeight cluster, String keyPrefix) {
        long configured = Integer.toUnsignedLong(cluster.getWeight().getValue());
        String key = keyPrefix.isEmpty() ? "" : keyPrefix + "." + cluster.getName();
        long weight = new RuntimeReader(translation).number(key, configured);
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    private static int notFoundStatus(io.envoyproxy.envoy.config.route.v3.RouteAction action) {
        return switch (action.getClusterNotFoundResponseCode()) {
            case SERVICE_UNAVAILABLE, UNRECOGNIZED -> 503;
            case NOT_FOUND -> 404;
            case INTERNAL_SERVER_ERROR -> 500;
        };
    }

    private PathRewrite pathRewrite(
            io.envoyproxy.envoy.config.route.v3.RouteAction action,
            @Nullable UriTemplate template,
            Spot spot) {
        if (action.hasPathRewritePolicy()) {
            if (action.hasRegexRewrite() || !action.getPrefixRewrite().isEmpty()) {
                translation.error(
                        spot.field("path_rewrite_policy"),
                        "path_rewrite_policy together with prefix_rewrite or regex_rewrite",
                        "remove one of them");
            }
            return new UriTemplateTranslator(translation).rewrite(action, template, spot);
        }
        if (!action.hasRegexRewrite()) {
            var prefix = action.getPrefixRewrite();
            return prefix.isEmpty() ? new PathRewrite.None() : new PathRewrite.Prefix(prefix);
        }
        if (!action.getPrefixRewrite().isEmpty()) {
            translation.error(
                    spot.field("regex_rewrite"),
                    "only one of prefix_rewrite and regex_rewrite can be set",
                    "remove one of the two");
        }
        var at = spot.field("regex_rewrite");
        var regex = action.getRegexRewrite();
        var pattern = matchers.pattern(regex.getPattern(), at.field("pattern"));
        return new PathRewrite.Regex(
                pattern, matchers.substitution(regex.getSubstitution(), pattern, at));
    }

    private HostRewrite hostRewrite(
            io.envoyproxy.envoy.config.route.v3.RouteAction action, Spot spot) {
        return switch (action.getHostRewriteSpecifierCase()) {
            case HOST_REWRITE_LITERAL -> new HostRewrite.Literal(action.getHostRewriteLiteral());
            case AUTO_HOST_REWRITE ->
                    action.getAutoHostRewrite().getValue()
                            ? new HostRewrite.Auto()
                            : new HostRewrite.None();
            case HOST_REWRITE_HEADER ->
                    new HostRewrite.FromHeader(HeaderName.ofRequest(action.getHostRewriteHeader()));
            case HOST_REWRITE_PATH_REGEX ->
                    fromPath(
                            action.getHostRewritePathRegex(),
                            spot.field("host_rewrite_path_regex"));
            case HOSTREWRITESPECIFIER_NOT_SET -> new HostRewrite.None();
        };
    }

    private HostRewrite fromPath(RegexMatchAndSubstitute regex, Spot spot) {
        var pattern = matchers.pattern(regex.getPattern(), spot.field("pattern"));
        return new HostRewrite.FromPath(
                pattern, matchers.substitution(regex.getSubstitution(), pattern, spot));
    }

    private static List<String> upgrades(List<UpgradeConfig> configs, boolean enabled) {
        return configs.stream()
                .filter(config ->
                        (!config.hasEnabled() || config.getEnabled().getValue()) == enabled)
                .map(config -> config.getUpgradeType().toLowerCase(Locale.ROOT))
                .toList();
    }

    private @Nullable ConnectConfig connect(List<UpgradeConfig> configs, Spot spot) {
        ConnectConfig found = null;
        for (int i = 0; i < configs.size(); i++) {
            var config = configs.get(i);
            if (!config.hasConnectConfig()) {
                continue;
            }
            if (!config.getUpgradeType().equalsIgnoreCase("connect")) {
                translation.error(
                        spot.index(i).field("connect_config"),
                        "connect_config of the upgrade type \"" + config.getUpgradeType() + '"',
                        "set upgrade_type: CONNECT");
            }
            var connect = config.getConnectConfig();
            found =
                    new ConnectConfig(
                            connect.hasProxyProtocolConfig()
                                    ? ProxySocketTranslator.version(
                                            connect.getProxyProtocolConfig())
                                    : null,
                            connect.getAllowPost());
        }
        return found;
    }
}
