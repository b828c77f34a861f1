package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.postern.config.model.Cluster.Protocol;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/**
 * Translates how HTTP is spoken with a cluster: {@code
 * envoy.extensions.upstreams.http.v3.HttpProtocolOptions}, or the cluster's own deprecated fields
 * where that is absent.
 */
final class UpstreamOptionsTranslator {
    private static final String TYPE = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final Duration IDLE_TIMEOUT = Duration.ofHours(1);
    private static final int MAX_HEADERS_COUNT = 100;
    private static final int MAX_HEADERS_KIB = 60;

    /** Envoy lets HTTP/1 upstreams say a little more. */
    private static final int MAX_HTTP1_HEADERS_KIB = 80;

    private final Translation translation;
    private final ProtocolOptionsTranslator options;

    UpstreamOptionsTranslator(Translation translation) {
        this.translation = translation;
        this.options = new ProtocolOptionsTranslator(translation);
    }

    /** What a cluster's HTTP options come to. */
    record UpstreamOptions(
            Protocol protocol,
            Http1Options http1,
            Http2Options http2,
            boolean autoSni,
            boolean autoSanValidation,
            Duration idleTimeout,
            Duration maxConnectionDuration,
            int maxRequestsPerConnection,
            int maxResponseHeadersKib,
            int maxResponseHeadersCount) {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE)
                        .reads(
                                "common_http_protocol_options",
                                "upstream_http_protocol_options",
                                "explicit_http_config",
                                "use_downstream_protocol_config",
                                "auto_config"),
                MessageSupport.of(TYPE + ".ExplicitHttpConfig")
                        .reads("http_protocol_options", "http2_protocol_options"),
                MessageSupport.of(TYPE + ".UseDownstreamHttpConfig")
                        .reads("http_protocol_options", "http2_protocol_options"),
                MessageSupport.of(TYPE + ".AutoHttpConfig")
                        .reads("http_protocol_options", "http2_protocol_options"),
                MessageSupport.of("envoy.config.core.v3.UpstreamHttpProtocolOptions")
                        .reads("auto_sni", "auto_san_validation"));
    }

    UpstreamOptions translate(Cluster cluster, Spot spot) {
        var all = spot.field("typed_extension_protocol_options");
        for (var name : cluster.getTypedExtensionProtocolOptionsMap().keySet()) {
            if (!name.equals(TYPE) && !name.equals(ResilienceTranslator.KEY)) {
                translation.error(
                        all.key(name),
                        "not supported yet: protocol options named " + name,
                        "HTTP options are named " + TYPE);
            }
        }
        Any any = cluster.getTypedExtensionProtocolOptionsMap().get(TYPE);
        return any == null || !Translation.is(any, TYPE)
                ? deprecated(cluster, spot)
                : typed(
                        cluster,
                        Translation.unpack(any, HttpProtocolOptions.parser()),
                        all.key(TYPE));
    }

    @SuppressWarnings("deprecation") // Envoy still takes these fields of the cluster
    private UpstreamOptions deprecated(Cluster cluster, Spot spot) {
        var protocol =
                cluster.getProtocolSelection()
                                == Cluster.ClusterProtocolSelection.USE_DOWNSTREAM_PROTOCOL
                        ? Protocol.DOWNSTREAM
                        : cluster.hasHttp2ProtocolOptions() ? Protocol.HTTP2 : Protocol.HTTP1;
        var http2 = new Http2(cluster.getHttp2ProtocolOptions(), spot);
        var options =
                common(
                        protocol,
                        cluster.getHttpProtocolOptions(),
                        http2,
                        cluster.getUpstreamHttpProtocolOptions(),
                        cluster.getCommonHttpProtocolOptions(),
                        spot);
        return cluster.hasMaxRequestsPerConnection()
                ? withMaxRequests(options, cluster.getMaxRequestsPerConnection().getValue())
                : options;
    }

    private static UpstreamOptions withMaxRequests(UpstreamOptions options, int maxRequests) {
        return new UpstreamOptions(
                options.protocol(),
                options.http1(),
                options.http2(),
                options.autoSni(),
                options.autoSanValidation(),
                options.idleTimeout(),
                options.maxConnectionDuration(),
                Translation.clamp(maxRequests),
                options.maxResponseHeadersKib(),
                options.maxResponseHeadersCount());
    }

    /** HTTP/2 options and where the message around them stands. */
    private record Http2(Http2ProtocolOptions options, Spot owner) {}

    private UpstreamOptions typed(Cluster cluster, HttpProtocolOptions typed, Spot spot) {
        return switch (typed.getUpstreamProtocolOptionsCase()) {
            case EXPLICIT_HTTP_CONFIG -> {
                var config = typed.getExplicitHttpConfig();
                var http2 =
                        new Http2(
                                config.getHttp2ProtocolOptions(),
                                spot.field("explicit_http_config"));
                yield common(
                        config.hasHttp2ProtocolOptions() ? Protocol.HTTP2 : Protocol.HTTP1,
                        config.getHttpProtocolOptions(),
                        http2,
                        typed,
                        spot);
            }
            case USE_DOWNSTREAM_PROTOCOL_CONFIG -> {
                var config = typed.getUseDownstreamProtocolConfig();
                var at = spot.field("use_downstream_protocol_config");
                var http2 = new Http2(config.getHttp2ProtocolOptions(), at);
                yield common(
                        Protocol.DOWNSTREAM, config.getHttpProtocolOptions(), http2, typed, spot);
            }
            case AUTO_CONFIG -> {
                var config = typed.getAutoConfig();
                var at = spot.field("auto_config");
                if (!cluster.hasTransportSocket()) {
                    translation.error(
                            at,
                            "auto_config without TLS: ALPN chooses the protocol",
                            "add a transport_socket, or use explicit_http_config");
                }
                var http2 = new Http2(config.getHttp2ProtocolOptions(), at);
                yield common(Protocol.AUTO, config.getHttpProtocolOptions(), http2, typed, spot);
            }
            case UPSTREAMPROTOCOLOPTIONS_NOT_SET ->
                    common(
                            Protocol.HTTP1,
                            Http1ProtocolOptions.getDefaultInstance(),
                            new Http2(Http2ProtocolOptions.getDefaultInstance(), spot),
                            typed,
                            spot);
        };
    }

    private UpstreamOptions common(
            Protocol protocol,
            Http1ProtocolOptions http1,
            Http2 http2,
            HttpProtocolOptions typed,
            Spot spot) {
        return common(
                protocol,
                http1,
                http2,
                typed.getUpstreamHttpProtocolOptions(),
                typed.getCommonHttpProtocolOptions(),
                spot);
    }

    private UpstreamOptions common(
            Protocol protocol,
            Http1ProtocolOptions http1,
            Http2 http2,
            UpstreamHttpProtocolOptions upstream,
            io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions shared,
            Spot spot) {
        var at = spot.field("common_http_protocol_options");
        return new UpstreamOptions(
                protocol,
                options.http1(http1, false, http2.owner().field("http_protocol_options")),
                options.http2(
                        http2.options(), false, http2.owner().field("http2_protocol_options")),
                upstream.getAutoSni(),
                upstream.getAutoSanValidation(),
                translation.duration(
                        shared.hasIdleTimeout(),
                        shared.getIdleTimeout(),
                        IDLE_TIMEOUT,
                        at.field("idle_timeout")),
                translation.duration(
                        shared.hasMaxConnectionDuration(),
                        shared.getMaxConnectionDuration(),
                        Duration.ZERO,
                        at.field("max_connection_duration")),
                Translation.clamp(shared.getMaxRequestsPerConnection().getValue()),
                Translation.number(
                        shared.hasMaxResponseHeadersKb(),
                        shared.getMaxResponseHeadersKb(),
                        protocol == Protocol.HTTP1 ? MAX_HTTP1_HEADERS_KIB : MAX_HEADERS_KIB),
                Translation.number(
                        shared.hasMaxHeadersCount(),
                        shared.getMaxHeadersCount(),
                        MAX_HEADERS_COUNT));
    }
}
