package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ConfigSource.Metadata;
import io.postern.config.model.ConfigSource.Protocol;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.core.v3.ConfigSource}. */
final class ConfigSourceTranslator {
    private static final Duration INITIAL_FETCH = Duration.ofSeconds(15);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
    private static final String CORE = "envoy.config.core.v3.";

    private final Translation translation;

    ConfigSourceTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(CORE + "ConfigSource")
                        .reads(
                                "path",
                                "path_config_source",
                                "api_config_source",
                                "ads",
                                "self",
                                "initial_fetch_timeout",
                                "authorities")
                        .accepts("there is no other version", "resource_api_version"),
                MessageSupport.of(CORE + "AggregatedConfigSource"),
                MessageSupport.of(CORE + "SelfConfigSource")
                        .accepts("there is no other version", "transport_api_version"),
                MessageSupport.of(CORE + "PathConfigSource").reads("path", "watched_directory"),
                MessageSupport.of(CORE + "WatchedDirectory").reads("path"),
                MessageSupport.of(CORE + "ApiConfigSource")
                        .reads(
                                "api_type",
                                "cluster_names",
                                "grpc_services",
                                "refresh_delay",
                                "request_timeout",
                                "set_node_on_first_message_only")
                        .accepts("there is no other version", "transport_api_version")
                        .accepts(
                                "only what changed is asked for: there is nothing to slow down",
                                "rate_limit_settings"),
                MessageSupport.of(CORE + "GrpcService")
                        .reads("envoy_grpc", "google_grpc", "initial_metadata")
                        .accepts("a stream has no end that could time out", "timeout"),
                MessageSupport.of(CORE + "GrpcService.EnvoyGrpc")
                        .reads("cluster_name", "authority")
                        .accepts("a stream is opened again with Envoy's back-off", "retry_policy"));
    }

    /**
     * Null: of the resource's own source ({@code self}), or not to be had after an error.
     *
     * @param self where the resource around it comes from; null for static ones
     */
    @SuppressWarnings("deprecation") // Envoy still takes path
    @Nullable ConfigSource translate(
            io.envoyproxy.envoy.config.core.v3.ConfigSource source,
            @Nullable ConfigSource self,
            Spot spot) {
        var timeout =
                translation.duration(
                        source.hasInitialFetchTimeout(),
                        source.getInitialFetchTimeout(),
                        INITIAL_FETCH,
                        spot.field("initial_fetch_timeout"));
        return switch (source.getConfigSourceSpecifierCase()) {
            case ADS -> new ConfigSource.Ads(timeout);
            case SELF -> self == null ? new ConfigSource.Ads(timeout) : self;
            case PATH -> new ConfigSource.File(source.getPath(), "", timeout);
            case PATH_CONFIG_SOURCE -> {
                var path = source.getPathConfigSource();
                yield new ConfigSource.File(
                        path.getPath(), path.getWatchedDirectory().getPath(), timeout);
            }
            case API_CONFIG_SOURCE ->
                    server(source.getApiConfigSource(), timeout, spot.field("api_config_source"));
            case CONFIGSOURCESPECIFIER_NOT_SET -> {
                translation.error(spot, "no source (expected: ads, api_config_source or a path)");
                yield null;
            }
        };
    }

    /** A management server. */
    ConfigSource.Server server(ApiConfigSource source, Duration timeout, Spot spot) {
        var protocol =
                switch (source.getApiType()) {
                    case REST -> Protocol.REST;
                    case GRPC -> Protocol.GRPC;
                    case DELTA_GRPC -> Protocol.DELTA_GRPC;
                    case AGGREGATED_GRPC -> Protocol.AGGREGATED_GRPC;
                    case AGGREGATED_DELTA_GRPC -> Protocol.AGGREGATED_DELTA_GRPC;
                    case DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE, UNRECOGNIZED -> {
                        translation.error(spot.field("api_type"), "no such api_type", "write GRPC");
                        yield Protocol.GRPC;
                    }
                };
        var targets = protocol == Protocol.REST ? clusters(source) : services(source, spot);
        if (targets.isEmpty()) {
            translation.error(
                    spot,
                    "no management server",
                    protocol == Protocol.REST
                            ? "name a static cluster in cluster_names"
                            : "add grpc_services: [{envoy_grpc: {cluster_name: …}}]");
        }
        return new ConfigSource.Server(
                protocol,
                targets,
                source.getSetNodeOnFirstMessageOnly(),
                translation.duration(
                        source.hasRefreshDelay(),
                        source.getRefreshDelay(),
                        Duration.ZERO,
                        spot.field("refresh_delay")),
                translation.duration(
                        source.hasRequestTimeout(),
                        source.getRequestTimeout(),
                        REQUEST_TIMEOUT,
                        spot.field("request_timeout")),
                timeout);
    }

    private static List<Target> clusters(ApiConfigSource source) {
        return source.getClusterNamesList().stream()
                .map(name -> new Target(name, name, List.of()))
                .toList();
    }

    private List<Target> services(ApiConfigSource source, Spot spot) {
        return Translation.each(
                source.getGrpcServicesList(), spot.field("grpc_services"), this::target);
    }

    private Target target(GrpcService service, Spot spot) {
        var metadata = new ArrayList<Metadata>();
        for (HeaderValue header : service.getInitialMetadataList()) {
            var value =
                    header.getValue().isEmpty()
                            ? header.getRawValue().toStringUtf8()
                            : header.getValue();
            metadata.add(new Metadata(header.getKey().toLowerCase(Locale.ROOT), value));
        }
        if (service.hasGoogleGrpc()) {
            return new GoogleGrpcTranslator(translation)
                    .translate(service.getGoogleGrpc(), metadata, spot.field("google_grpc"));
        }
        var envoy = service.getEnvoyGrpc();
        var authority =
                envoy.getAuthority().isEmpty() ? envoy.getClusterName() : envoy.getAuthority();
        return new Target(envoy.getClusterName(), authority, metadata);
    }
}
