package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.EscapedSlashes;
import io.postern.config.model.HttpConnectionManager.LogTimes;
import io.postern.config.model.HttpConnectionManager.PathNormalization;
import io.postern.config.model.HttpConnectionManager.RequestId;
import io.postern.config.model.HttpConnectionManager.ServerHeader;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Translates the HTTP connection manager. */
final class ConnectionManagerTranslator {
    private static final String HCM =
            "envoy.extensions.filters.network.http_connection_manager.v3.";
    static final String TYPE = HCM + "HttpConnectionManager";

    private static final Duration IDLE_TIMEOUT = Duration.ofHours(1);
    private static final Duration STREAM_IDLE_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DELAYED_CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_REQUEST_HEADERS_KIB = 60;
    private static final int MAX_HEADERS_COUNT = 100;

    private final Translation translation;
    private final RouteSourceTranslator routes;
    private final HttpFilterTranslator filters;
    private final AccessLogTranslator accessLogs;
    private final ProtocolOptionsTranslator options;
    private final LocalReplyTranslator localReplies;
    private final HardeningTranslator hardening;
    private final ClientTranslator clients;
    private final EarlyMutationsTranslator early;

    ConnectionManagerTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.routes = new RouteSourceTranslator(translation, clusterNames);
        this.filters = new HttpFilterTranslator(translation);
        this.accessLogs = new AccessLogTranslator(translation);
        this.options = new ProtocolOptionsTranslator(translation);
        this.localReplies = new LocalReplyTranslator(translation);
        this.hardening = new HardeningTranslator(translation);
        this.clients = new ClientTranslator(translation);
        this.early = new EarlyMutationsTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE)
                        .reads(
                                "stat_prefix",
                                "route_config",
                                "rds",
                                "scoped_routes",
                                "http_filters",
                                "common_http_protocol_options",
                                "http_protocol_options",
                                "http2_protocol_options",
                                "server_name",
                                "server_header_transformation",
                                "max_request_headers_kb",
                                "stream_idle_timeout",
                                "request_timeout",
                                "request_headers_timeout",
                                "drain_timeout",
                                "delayed_close_timeout",
                                "access_log",
                                "access_log_options",
                                "access_log_flush_interval",
                                "flush_access_log_on_new_request",
                                "use_remote_address",
                                "xff_num_trusted_hops",
                                "append_x_forwarded_port",
                                "original_ip_detection_extensions",
                                "forward_client_cert_details",
                                "set_current_client_cert_details",
                                "internal_address_config",
                                "skip_xff_append",
                                "via",
                                "generate_request_id",
                                "preserve_external_request_id",
                                "always_set_request_id_in_response",
                                "add_user_agent",
                                "early_header_mutation_extensions",
                                "proxy_100_continue",
                                "upgrade_configs",
                                "local_reply_config",
                                "proxy_status_config",
                                "scheme_header_transformation",
                                "request_id_extension",
                                "normalize_path",
                                "merge_slashes",
                                "path_with_escaped_slashes_action",
                                "strip_matching_host_port",
                                "strip_any_host_port",
                                "stream_error_on_invalid_http_message",
                                "strip_trailing_host_dot")
                        .partly("codec_type", "AUTO, HTTP1 and HTTP2")
                        .only("append_local_overload", "false")
                        .only("represent_ipv4_remote_address_as_ipv4_mapped_ipv6", "false")
                        .accepts("no spans are made or sent yet", "tracing")
                        .accepts("there is no HTTP/3 yet", "http3_protocol_options"),
                MessageSupport.of(TYPE + ".HcmAccessLogOptions")
                        .reads(
                                "access_log_flush_interval",
                                "flush_access_log_on_new_request",
                                "flush_log_on_tunnel_successfully_established"),
                MessageSupport.of("envoy.config.core.v3.SchemeHeaderTransformation")
                        .reads("scheme_to_overwrite")
                        .only("match_upstream", "false"),
                MessageSupport.of(
                                "envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension")
                        .reads("typed_config"),
                MessageSupport.of("envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig")
                        .accepts(
                                "there is no tracing yet",
                                "pack_trace_reason",
                                "use_request_id_for_trace_sampling"),
                MessageSupport.of(TYPE + ".UpgradeConfig").reads("upgrade_type", "enabled"));
    }

    HttpConnectionManager translate(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                            .HttpConnectionManager
                    manager,
            Spot spot) {
        var commonOptions = manager.getCommonHttpProtocolOptions();
        var commonSpot = spot.field("common_http_protocol_options");
        var filterChain =
                filters.translate(manager.getHttpFiltersList(), spot.field("http_filters"));
        boolean streamError = manager.getStreamErrorOnInvalidHttpMessage().getValue();
        if (commonOptions.hasMaxResponseHeadersKb()) {
            translation.error(
                    commonSpot.field("max_response_headers_kb"),
                    "max_response_headers_kb belongs to clusters",
                    "use max_request_headers_kb of the connection manager");
        }
        return new HttpConnectionManager(
                manager.getStatPrefix(),
                codecType(manager, spot),
                routes.translate(manager, spot),
                filterChain.filters(),
                filterChain.router(),
                accessLogs.translate(manager.getAccessLogList(), spot.field("access_log")),
                logTimes(manager, spot),
                clients.address(manager, spot),
                pathNormalization(manager),
                new RequestId(
                        !manager.hasGenerateRequestId()
                                || manager.getGenerateRequestId().getValue(),
                        manager.getPreserveExternalRequestId(),
                        manager.getAlwaysSetRequestIdInResponse()),
                options.http1(
                        manager.getHttpProtocolOptions(),
                        streamError,
                        spot.field("http_protocol_options")),
                options.http2(
                        manager.getHttp2ProtocolOptions(),
                        streamError,
                        spot.field("http2_protocol_options")),
                translation.duration(
                        commonOptions.hasIdleTimeout(),
                        commonOptions.getIdleTimeout(),
                        IDLE_TIMEOUT,
                        commonSpot.field("idle_timeout")),
                translation.duration(
                        commonOptions.hasMaxConnectionDuration(),
                        commonOptions.getMaxConnectionDuration(),
                        Duration.ZERO,
                        commonSpot.field("max_connection_duration")),
                translation.duration(
                        manager.hasStreamIdleTimeout(),
                        manager.getStreamIdleTimeout(),
                        STREAM_IDLE_TIMEOUT,
                        spot.field("stream_idle_timeout")),
                translation.duration(
                        manager.hasRequestTimeout(),
                        manager.getRequestTimeout(),
                        Duration.ZERO,
                        spot.field("request_timeout")),
                translation.duration(
                        manager.hasRequestHeadersTimeout(),
                        manager.getRequestHeadersTimeout(),
                        Duration.ZERO,
                        spot.field("request_headers_timeout")),
                translation.duration(
                        manager.hasDrainTimeout(),
                        manager.getDrainTimeout(),
                        DRAIN_TIMEOUT,
                        spot.field("drain_timeout")),
                translation.duration(
                        manager.hasDelayedCloseTimeout(),
                        manager.getDelayedCloseTimeout(),
                        DELAYED_CLOSE_TIMEOUT,
                        spot.field("delayed_close_timeout")),
                translation.duration(
                        commonOptions.hasMaxStreamDuration(),
                        commonOptions.getMaxStreamDuration(),
                        Duration.ZERO,
                        commonSpot.field("max_stream_duration")),
                Translation.clamp(commonOptions.getMaxRequestsPerConnection().getValue()),
                Translation.number(
                        manager.hasMaxRequestHeadersKb(),
                        manager.getMaxRequestHeadersKb(),
                        MAX_REQUEST_HEADERS_KIB),
                Translation.number(
                        commonOptions.hasMaxHeadersCount(),
                        commonOptions.getMaxHeadersCount(),
                        MAX_HEADERS_COUNT),
                switch (commonOptions.getHeadersWithUnderscoresAction()) {
                    case ALLOW, UNRECOGNIZED -> UnderscoreAction.ALLOW;
                    case REJECT_REQUEST -> UnderscoreAction.REJECT_REQUEST;
                    case DROP_HEADER -> UnderscoreAction.DROP_HEADER;
                },
                manager.getServerName().isEmpty() ? "envoy" : manager.getServerName(),
                switch (manager.getServerHeaderTransformation()) {
                    case OVERWRITE, UNRECOGNIZED -> ServerHeader.OVERWRITE;
                    case APPEND_IF_ABSENT -> ServerHeader.APPEND_IF_ABSENT;
                    case PASS_THROUGH -> ServerHeader.PASS_THROUGH;
                },
                manager.getStripMatchingHostPort(),
                manager.getStripAnyHostPort(),
                manager.getStripTrailingHostDot(),
                manager.getProxy100Continue(),
                upgrades(manager.getUpgradeConfigsList(), spot.field("upgrade_configs")),
                manager.getVia(),
                manager.getAddUserAgent().getValue(),
                early.translate(
                        manager.getEarlyHeaderMutationExtensionsList(),
                        spot.field("early_header_mutation_extensions")),
                manager.getSchemeHeaderTransformation().getSchemeToOverwrite(),
                localReplies.translate(
                        manager.getLocalReplyConfig(), spot.field("local_reply_config")),
                hardening.translate(manager.getHttpFiltersList(), spot.field("http_filters")),
                clients.certificates(manager),
                ProxyStatusTranslator.translate(manager));
    }

    @SuppressWarnings("deprecation") // Envoy still takes the two fields of the manager
    private LogTimes logTimes(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                            .HttpConnectionManager
                    manager,
            Spot spot) {
        var options = manager.getAccessLogOptions();
        boolean older =
                manager.hasAccessLogFlushInterval() || manager.getFlushAccessLogOnNewRequest();
        if (older && manager.hasAccessLogOptions()) {
            translation.error(
                    spot.field("access_log_options"),
                    "cannot be used beside access_log_flush_interval or"
                            + " flush_access_log_on_new_request",
                    "move them into access_log_options");
        }
        var interval =
                older ? manager.getAccessLogFlushInterval() : options.getAccessLogFlushInterval();
        return new LogTimes(
                manager.getFlushAccessLogOnNewRequest() || options.getFlushAccessLogOnNewRequest(),
                translation.duration(interval, spot.field("access_log_options")),
                options.getFlushLogOnTunnelSuccessfullyEstablished());
    }

    private CodecType codecType(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                            .HttpConnectionManager
                    manager,
            Spot spot) {
        return switch (manager.getCodecType()) {
            case AUTO, UNRECOGNIZED -> CodecType.AUTO;
            case HTTP1 -> CodecType.HTTP1;
            case HTTP2 -> CodecType.HTTP2;
            case HTTP3 -> {
                translation.error(spot.field("codec_type"), "not supported yet: HTTP3");
                yield CodecType.AUTO;
            }
        };
    }

    private static PathNormalization pathNormalization(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                            .HttpConnectionManager
                    manager) {
        return new PathNormalization(
                manager.getNormalizePath().getValue(),
                manager.getMergeSlashes(),
                switch (manager.getPathWithEscapedSlashesAction()) {
                    case IMPLEMENTATION_SPECIFIC_DEFAULT, KEEP_UNCHANGED, UNRECOGNIZED ->
                            EscapedSlashes.KEEP_UNCHANGED;
                    case REJECT_REQUEST -> EscapedSlashes.REJECT_REQUEST;
                    case UNESCAPE_AND_REDIRECT -> EscapedSlashes.UNESCAPE_AND_REDIRECT;
                    case UNESCAPE_AND_FORWARD -> EscapedSlashes.UNESCAPE_AND_FORWARD;
                });
    }

    private List<String> upgrades(List<UpgradeConfig> configs, Spot spot) {
        var seen = new HashSet<String>();
        var enabled = new ArrayList<String>();
        for (int i = 0; i < configs.size(); i++) {
            var config = configs.get(i);
            var type = config.getUpgradeType().toLowerCase(Locale.ROOT);
            if (!seen.add(type)) {
                translation.error(
                        spot.index(i), "the upgrade type " + type + " is configured twice");
            } else if (!config.hasEnabled() || config.getEnabled().getValue()) {
                enabled.add(type);
            }
        }
        return enabled;
    }
}
