package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig.FormatterTypeOnEnvoyHeaders;
import io.postern.config.model.HttpConnectionManager.HeaderKeys;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.HttpConnectionManager.KeptSpelling;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates the HTTP/1 and HTTP/2 options, which both sides of the gateway have. */
final class ProtocolOptionsTranslator {
    private static final String PRESERVE_CASE =
            "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
    private static final int HPACK_TABLE_SIZE = 4096;
    private static final int MAX_CONCURRENT_STREAMS = 1024;
    private static final int STREAM_WINDOW = 16 * 1024 * 1024;
    private static final int CONNECTION_WINDOW = 24 * 1024 * 1024;

    private final Translation translation;

    ProtocolOptionsTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var core = "envoy.config.core.v3.";
        return List.of(
                MessageSupport.of(core + "HttpProtocolOptions")
                        .reads(
                                "idle_timeout",
                                "max_connection_duration",
                                "max_headers_count",
                                "max_stream_duration",
                                "headers_with_underscores_action",
                                "max_requests_per_connection")
                        .partly("max_response_headers_kb", "clusters only"),
                MessageSupport.of(core + "Http1ProtocolOptions")
                        .reads(
                                "allow_absolute_url",
                                "accept_http_10",
                                "default_host_for_http_10",
                                "enable_trailers",
                                "allow_chunked_length",
                                "allow_custom_methods",
                                "header_key_format",
                                "override_stream_error_on_invalid_http_message")
                        .accepts("there is one HTTP/1 parser", "use_balsa_parser"),
                MessageSupport.of(core + "Http1ProtocolOptions.HeaderKeyFormat")
                        .reads("proper_case_words", "stateful_formatter"),
                MessageSupport.of(PRESERVE_CASE)
                        .reads("forward_reason_phrase", "formatter_type_on_envoy_headers"),
                MessageSupport.of(core + "Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords"),
                MessageSupport.of(core + "Http2ProtocolOptions")
                        .reads(
                                "hpack_table_size",
                                "max_concurrent_streams",
                                "initial_stream_window_size",
                                "initial_connection_window_size",
                                "allow_connect",
                                "override_stream_error_on_invalid_http_message",
                                "connection_keepalive")
                        .accepts(
                                "the gateway has bounds of its own against floods",
                                "max_outbound_frames",
                                "max_outbound_control_frames",
                                "max_consecutive_inbound_frames_with_empty_payload",
                                "max_inbound_priority_frames_per_stream",
                                "max_inbound_window_update_frames_per_data_frame_sent",
                                "max_metadata_size")
                        .accepts("there is one HTTP/2 codec", "use_oghttp2_codec")
                        .only("allow_metadata", "false"),
                MessageSupport.of(core + "KeepaliveSettings")
                        .reads("interval", "timeout")
                        .accepts("pings follow the interval alone", "connection_idle_interval")
                        .accepts("pings are not jittered", "interval_jitter"));
    }

    /**
     * @param streamErrorOnInvalid stream_error_on_invalid_http_message of the connection manager
     */
    Http1Options http1(Http1ProtocolOptions options, boolean streamErrorOnInvalid, Spot spot) {
        var keys = options.getHeaderKeyFormat();
        return new Http1Options(
                !options.hasAllowAbsoluteUrl() || options.getAllowAbsoluteUrl().getValue(),
                options.getAcceptHttp10(),
                options.getDefaultHostForHttp10(),
                options.getEnableTrailers(),
                options.getAllowChunkedLength(),
                options.getAllowCustomMethods(),
                options.hasOverrideStreamErrorOnInvalidHttpMessage()
                        ? options.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
                        : streamErrorOnInvalid,
                keys.hasProperCaseWords() ? HeaderKeys.PROPER_CASE : HeaderKeys.LOWER_CASE,
                keys.hasStatefulFormatter()
                        ? spelling(
                                keys.getStatefulFormatter().getTypedConfig(),
                                spot.field("header_key_format").field("stateful_formatter"))
                        : null);
    }

    private KeptSpelling spelling(Any any, Spot spot) {
        if (!Translation.is(any, PRESERVE_CASE)) {
            translation.error(
                    spot.field("typed_config"),
                    "this formats no names of headers (expected: a " + PRESERVE_CASE + ")");
            return new KeptSpelling(false, false);
        }
        var config = Translation.unpack(any, PreserveCaseFormatterConfig.parser());
        return new KeptSpelling(
                config.getFormatterTypeOnEnvoyHeaders() == FormatterTypeOnEnvoyHeaders.PROPER_CASE,
                config.getForwardReasonPhrase());
    }

    /** As above. */
    Http2Options http2(Http2ProtocolOptions options, boolean streamErrorOnInvalid, Spot spot) {
        var keepalive = options.getConnectionKeepalive();
        var at = spot.field("connection_keepalive");
        return new Http2Options(
                Translation.number(
                        options.hasHpackTableSize(), options.getHpackTableSize(), HPACK_TABLE_SIZE),
                Translation.number(
                        options.hasMaxConcurrentStreams(),
                        options.getMaxConcurrentStreams(),
                        MAX_CONCURRENT_STREAMS),
                Translation.number(
                        options.hasInitialStreamWindowSize(),
                        options.getInitialStreamWindowSize(),
                        STREAM_WINDOW),
                Translation.number(
                        options.hasInitialConnectionWindowSize(),
                        options.getInitialConnectionWindowSize(),
                        CONNECTION_WINDOW),
                options.getAllowConnect(),
                options.hasOverrideStreamErrorOnInvalidHttpMessage()
                        ? options.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
                        : streamErrorOnInvalid,
                translation.duration(
                        keepalive.hasInterval(),
                        keepalive.getInterval(),
                        Duration.ZERO,
                        at.field("interval")),
                translation.duration(
                        keepalive.hasTimeout(),
                        keepalive.getTimeout(),
                        Duration.ZERO,
                        at.field("timeout")));
    }
}
