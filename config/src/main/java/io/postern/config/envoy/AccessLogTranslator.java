package io.postern.config.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.wasm.v3.WasmAccessLog;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.AccessLog;
import io.postern.config.model.AccessLog.Comparison;
import io.postern.config.model.AccessLog.Filter;
import io.postern.config.model.AccessLog.Layout;
import io.postern.config.model.AccessLog.Sink;
import io.postern.config.model.Format;
import io.postern.config.source.Spot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Translates {@code envoy.config.accesslog.v3.AccessLog}. */
final class AccessLogTranslator {
    private static final String LOGGERS = "envoy.extensions.access_loggers.";
    private static final String FILE = LOGGERS + "file.v3.FileAccessLog";
    private static final String STDOUT = LOGGERS + "stream.v3.StdoutAccessLog";
    private static final String STDERR = LOGGERS + "stream.v3.StderrAccessLog";
    private static final String HTTP_GRPC = LOGGERS + "grpc.v3.HttpGrpcAccessLogConfig";
    private static final String NOT_SENT = "entries are not sent to access log services yet";

    private static final String FORMATTERS = "envoy.extensions.formatter.";
    private static final String WITHOUT_QUERY = FORMATTERS + "req_without_query.v3.ReqWithoutQuery";

    private static final Layout NO_LINE = new Layout.Text(new Format(List.of()));

    /** Envoy's own, for loggers without a format. */
    private static final String DEFAULT_FORMAT =
            "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
                    + " %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
                    + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
                    + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
                    + " \"%UPSTREAM_HOST%\"\n";

    private final Translation translation;
    private final FormatParser formats;
    private final CommonTranslator common;
    private final MatcherTranslator matchers;
    private final WasmTranslator plugins;

    AccessLogTranslator(Translation translation) {
        this.translation = translation;
        this.formats = new FormatParser(translation);
        this.common = new CommonTranslator(translation);
        this.matchers = new MatcherTranslator(translation);
        this.plugins = new WasmTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var log = "envoy.config.accesslog.v3.";
        return List.of(
                MessageSupport.of(log + "AccessLog").reads("name", "filter", "typed_config"),
                MessageSupport.of(log + "AccessLogFilter")
                        .reads(
                                "status_code_filter",
                                "duration_filter",
                                "not_health_check_filter",
                                "and_filter",
                                "or_filter",
                                "header_filter",
                                "metadata_filter",
                                "runtime_filter",
                                "grpc_status_filter",
                                "log_type_filter",
                                "response_flag_filter"),
                MessageSupport.of(log + "StatusCodeFilter").reads("comparison"),
                MessageSupport.of(log + "DurationFilter").reads("comparison"),
                MessageSupport.of(log + "ComparisonFilter").reads("op", "value"),
                MessageSupport.of(log + "NotHealthCheckFilter"),
                MessageSupport.of(log + "AndFilter").reads("filters"),
                MessageSupport.of(log + "OrFilter").reads("filters"),
                MessageSupport.of(log + "HeaderFilter").reads("header"),
                MessageSupport.of(log + "ResponseFlagFilter").reads("flags"),
                MessageSupport.of(log + "MetadataFilter")
                        .reads("matcher", "match_if_key_not_found"),
                MessageSupport.of(log + "RuntimeFilter")
                        .reads("runtime_key", "percent_sampled", "use_independent_randomness"),
                MessageSupport.of(log + "GrpcStatusFilter").reads("statuses", "exclude"),
                MessageSupport.of(log + "LogTypeFilter").reads("types", "exclude"),
                MessageSupport.of(FILE)
                        .reads("path", "format", "json_format", "typed_json_format", "log_format"),
                MessageSupport.of(HTTP_GRPC)
                        .accepts(
                                NOT_SENT,
                                "common_config",
                                "additional_request_headers_to_log",
                                "additional_response_headers_to_log",
                                "additional_response_trailers_to_log"),
                MessageSupport.of(STDOUT).reads("log_format"),
                MessageSupport.of(STDERR).reads("log_format"),
                MessageSupport.of("envoy.config.core.v3.SubstitutionFormatString")
                        .reads(
                                "text_format",
                                "json_format",
                                "text_format_source",
                                "omit_empty_values",
                                "json_format_options",
                                "formatters")
                        .partly("content_type", "of local replies; access logs have none"),
                MessageSupport.of(WITHOUT_QUERY),
                MessageSupport.of(FORMATTERS + "metadata.v3.Metadata"),
                MessageSupport.of("envoy.config.core.v3.JsonFormatOptions")
                        .partly("sort_properties", "properties are always sorted, as in Envoy"));
    }

    List<AccessLog> translate(
            List<io.envoyproxy.envoy.config.accesslog.v3.AccessLog> logs, Spot spot) {
        var translated = new ArrayList<AccessLog>();
        for (int i = 0; i < logs.size(); i++) {
            log(logs.get(i), spot.index(i), translated);
        }
        return translated;
    }

    /** {@code admin.access_log_path}: a file in the default format. */
    AccessLog toFile(String path, Spot spot) {
        return new AccessLog(new Sink.File(path), defaultLayout(spot), null);
    }

    private void log(
            io.envoyproxy.envoy.config.accesslog.v3.AccessLog log,
            Spot spot,
            List<AccessLog> translated) {
        var filter = log.hasFilter() ? filter(log.getFilter(), spot.field("filter")) : null;
        var any = log.getTypedConfig();
        var at = spot.field("typed_config");
        switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case FILE -> {
                var file = Translation.unpack(any, FileAccessLog.parser());
                translated.add(
                        new AccessLog(new Sink.File(file.getPath()), layout(file, at), filter));
            }
            case STDOUT -> {
                var stream = Translation.unpack(any, StdoutAccessLog.parser());
                var layout =
                        stream.hasLogFormat()
                                ? layout(stream.getLogFormat(), at.field("log_format"))
                                : defaultLayout(at);
                translated.add(new AccessLog(new Sink.Stdout(), layout, filter));
            }
            case STDERR -> {
                var stream = Translation.unpack(any, StderrAccessLog.parser());
                var layout =
                        stream.hasLogFormat()
                                ? layout(stream.getLogFormat(), at.field("log_format"))
                                : defaultLayout(at);
                translated.add(new AccessLog(new Sink.Stderr(), layout, filter));
            }
            case WasmTranslator.ACCESS_LOG ->
                    translated.add(new AccessLog(plugin(any, log.getName(), at), NO_LINE, filter));
            case "" ->
                    translation.error(
                            spot,
                            "the access log \"" + log.getName() + "\" has no typed_config",
                            "add typed_config with \"@type\": " + MessageTypes.URL_PREFIX + STDOUT);
            default -> {} // refused before
        }
    }

    private Sink plugin(Any any, String name, Spot spot) {
        var config = Translation.unpack(any, WasmAccessLog.parser()).getConfig();
        return new Sink.Plugin(name, plugins.translate(config, name, spot.field("config")));
    }

    private Layout defaultLayout(Spot spot) {
        return new Layout.Text(formats.parse(DEFAULT_FORMAT, spot));
    }

    @SuppressWarnings("deprecation") // Envoy still takes format and its JSON siblings
    private Layout layout(FileAccessLog file, Spot spot) {
        return switch (file.getAccessLogFormatCase()) {
            case FORMAT -> {
                var at = spot.field("format");
                yield file.getFormat().isEmpty()
                        ? defaultLayout(at)
                        : new Layout.Text(formats.parse(file.getFormat(), at));
            }
            case JSON_FORMAT ->
                    json(formats, file.getJsonFormat(), false, spot.field("json_format"));
            case TYPED_JSON_FORMAT ->
                    json(
                            formats,
                            file.getTypedJsonFormat(),
                            false,
                            spot.field("typed_json_format"));
            case LOG_FORMAT -> layout(file.getLogFormat(), spot.field("log_format"));
            case ACCESSLOGFORMAT_NOT_SET -> defaultLayout(spot);
        };
    }

    /** A format, with or without fields; also of local replies' bodies. */
    @SuppressWarnings("deprecation") // Envoy still takes text_format
    Layout layout(SubstitutionFormatString format, Spot spot) {
        var formats = formats(format);
        return switch (format.getFormatCase()) {
            case TEXT_FORMAT ->
                    new Layout.Text(
                            formats.parse(format.getTextFormat(), spot.field("text_format")));
            case TEXT_FORMAT_SOURCE -> {
                var at = spot.field("text_format_source");
                var source = common.dataSource(format.getTextFormatSource(), at);
                var text = new String(common.bytes(source, at), StandardCharsets.UTF_8);
                yield new Layout.Text(formats.parse(text, at));
            }
            case JSON_FORMAT ->
                    json(
                            formats,
                            format.getJsonFormat(),
                            format.getOmitEmptyValues(),
                            spot.field("json_format"));
            case FORMAT_NOT_SET -> defaultLayout(spot);
        };
    }

    /** With what the extensions add that the format names; those for metadata add nothing. */
    private FormatParser formats(SubstitutionFormatString format) {
        boolean withoutQuery =
                format.getFormattersList().stream()
                        .anyMatch(one -> Translation.is(one.getTypedConfig(), WITHOUT_QUERY));
        return withoutQuery ? new FormatParser(translation, Set.of("REQ_WITHOUT_QUERY")) : formats;
    }

    private static Layout json(FormatParser formats, Struct format, boolean omitEmpty, Spot spot) {
        var fields = new JsonLayoutParser(formats).fields(format, spot);
        return new Layout.Json(fields, omitEmpty, true);
    }

    /** What a filter wants; also of local replies. */
    Filter filter(AccessLogFilter filter, Spot spot) {
        return switch (filter.getFilterSpecifierCase()) {
            case STATUS_CODE_FILTER -> {
                var comparison = filter.getStatusCodeFilter().getComparison();
                yield new Filter.StatusCode(operator(comparison), value(comparison));
            }
            case DURATION_FILTER -> {
                var comparison = filter.getDurationFilter().getComparison();
                yield new Filter.DurationMillis(operator(comparison), value(comparison));
            }
            case HEADER_FILTER ->
                    new Filter.Header(
                            matchers.header(
                                    filter.getHeaderFilter().getHeader(),
                                    spot.field("header_filter").field("header")));
            case RESPONSE_FLAG_FILTER ->
                    new Filter.ResponseFlag(filter.getResponseFlagFilter().getFlagsList());
            case AND_FILTER ->
                    new Filter.And(
                            filters(
                                    filter.getAndFilter().getFiltersList(),
                                    spot.field("and_filter")));
            case OR_FILTER ->
                    new Filter.Or(
                            filters(
                                    filter.getOrFilter().getFiltersList(),
                                    spot.field("or_filter")));
            case METADATA_FILTER ->
                    metadata(filter.getMetadataFilter(), spot.field("metadata_filter"));
            case RUNTIME_FILTER -> share(filter.getRuntimeFilter(), spot.field("runtime_filter"));
            case GRPC_STATUS_FILTER ->
                    new Filter.GrpcStatus(
                            Set.copyOf(filter.getGrpcStatusFilter().getStatusesValueList()),
                            filter.getGrpcStatusFilter().getExclude());
            case LOG_TYPE_FILTER ->
                    new Filter.LogType(
                            filter.getLogTypeFilter().getTypesList().stream()
                                    .map(Enum::name)
                                    .collect(Collectors.toSet()),
                            filter.getLogTypeFilter().getExclude());
            case NOT_HEALTH_CHECK_FILTER,
                    TRACEABLE_FILTER,
                    EXTENSION_FILTER,
                    FILTERSPECIFIER_NOT_SET ->
                    new Filter.NotHealthCheck();
        };
    }

    private Filter metadata(MetadataFilter filter, Spot spot) {
        return new Filter.DynamicMetadata(
                filter.hasMatcher()
                        ? new MetadataMatcherTranslator(matchers)
                                .translate(filter.getMatcher(), spot.field("matcher"))
                        : null,
                !filter.hasMatchIfKeyNotFound() || filter.getMatchIfKeyNotFound().getValue());
    }

    private Filter share(RuntimeFilter filter, Spot spot) {
        var percent =
                RuntimeFractionalPercent.newBuilder()
                        .setRuntimeKey(filter.getRuntimeKey())
                        .setDefaultValue(filter.getPercentSampled())
                        .build();
        return new Filter.Share(
                new RuntimeReader(translation).fraction(percent, spot),
                !filter.getUseIndependentRandomness());
    }

    private List<Filter> filters(List<AccessLogFilter> filters, Spot spot) {
        return Translation.each(filters, spot.field("filters"), this::filter);
    }

    private static Comparison operator(ComparisonFilter comparison) {
        return switch (comparison.getOp()) {
            case EQ, UNRECOGNIZED -> Comparison.EQUAL;
            case GE -> Comparison.GREATER_OR_EQUAL;
            case LE -> Comparison.LESS_OR_EQUAL;
        };
    }

    private long value(ComparisonFilter comparison) {
        return new RuntimeReader(translation).number(comparison.getValue());
    }
}
