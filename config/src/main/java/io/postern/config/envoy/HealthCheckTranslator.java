package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.Payload;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.postern.config.model.Format;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.HealthCheck.Header;
import io.postern.config.model.HealthCheck.Intervals;
import io.postern.config.model.HealthCheck.Probe;
import io.postern.config.model.HealthCheck.Statuses;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.HexFormat;
import java.util.List;

/** Translates {@code envoy.config.core.v3.HealthCheck}. */
final class HealthCheckTranslator {
    private static final String FILE_SINK =
            "envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink";
    private static final java.time.Duration NO_TRAFFIC = java.time.Duration.ofMinutes(1);
    private static final int BODY_LIMIT = 1024;

    private final Translation translation;
    private final HeaderMutationsTranslator headers;
    private final MatcherTranslator matchers;

    HealthCheckTranslator(Translation translation) {
        this.translation = translation;
        this.headers = new HeaderMutationsTranslator(translation);
        this.matchers = new MatcherTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var check = "envoy.config.core.v3.HealthCheck";
        return List.of(
                MessageSupport.of(check)
                        .reads(
                                "timeout",
                                "interval",
                                "initial_jitter",
                                "interval_jitter",
                                "interval_jitter_percent",
                                "unhealthy_threshold",
                                "healthy_threshold",
                                "alt_port",
                                "reuse_connection",
                                "http_health_check",
                                "tcp_health_check",
                                "grpc_health_check",
                                "no_traffic_interval",
                                "no_traffic_healthy_interval",
                                "unhealthy_interval",
                                "unhealthy_edge_interval",
                                "healthy_edge_interval",
                                "event_log_path",
                                "always_log_health_check_failures",
                                "always_log_health_check_success")
                        .partly("event_logger", "the file sink"),
                MessageSupport.of(check + ".HttpHealthCheck")
                        .reads(
                                "host",
                                "path",
                                "send",
                                "receive",
                                "response_buffer_size",
                                "request_headers_to_add",
                                "request_headers_to_remove",
                                "expected_statuses",
                                "retriable_statuses",
                                "service_name_matcher",
                                "method")
                        .partly("codec_client_type", "HTTP1 and HTTP2"),
                MessageSupport.of(check + ".TcpHealthCheck").reads("send", "receive"),
                MessageSupport.of(check + ".GrpcHealthCheck")
                        .reads("service_name", "authority", "initial_metadata"),
                MessageSupport.of(check + ".Payload").reads("text", "binary"),
                MessageSupport.of(FILE_SINK).reads("event_log_path"));
    }

    HealthCheck translate(io.envoyproxy.envoy.config.core.v3.HealthCheck check, Spot spot) {
        return new HealthCheck(
                translation.duration(check.getTimeout(), spot.field("timeout")),
                intervals(check, spot),
                Math.max(1, Translation.clamp(check.getUnhealthyThreshold().getValue())),
                Math.max(1, Translation.clamp(check.getHealthyThreshold().getValue())),
                check.getAltPort().getValue(),
                !check.hasReuseConnection() || check.getReuseConnection().getValue(),
                eventLog(check),
                check.getAlwaysLogHealthCheckFailures(),
                check.getAlwaysLogHealthCheckSuccess(),
                probe(check, spot));
    }

    @SuppressWarnings("deprecation") // Envoy still takes event_log_path
    private static String eventLog(io.envoyproxy.envoy.config.core.v3.HealthCheck check) {
        for (var logger : check.getEventLoggerList()) {
            if (Translation.is(logger.getTypedConfig(), FILE_SINK)) {
                return Translation.unpack(
                                logger.getTypedConfig(), HealthCheckEventFileSink.parser())
                        .getEventLogPath();
            }
        }
        return check.getEventLogPath();
    }

    private Intervals intervals(io.envoyproxy.envoy.config.core.v3.HealthCheck check, Spot spot) {
        var usual = translation.duration(check.getInterval(), spot.field("interval"));
        var noTraffic = or(check.hasNoTrafficInterval(), check.getNoTrafficInterval(), NO_TRAFFIC);
        var unhealthy = or(check.hasUnhealthyInterval(), check.getUnhealthyInterval(), usual);
        return new Intervals(
                usual,
                noTraffic,
                or(
                        check.hasNoTrafficHealthyInterval(),
                        check.getNoTrafficHealthyInterval(),
                        noTraffic),
                unhealthy,
                or(check.hasUnhealthyEdgeInterval(), check.getUnhealthyEdgeInterval(), unhealthy),
                or(check.hasHealthyEdgeInterval(), check.getHealthyEdgeInterval(), usual),
                or(check.hasInitialJitter(), check.getInitialJitter(), java.time.Duration.ZERO),
                or(check.hasIntervalJitter(), check.getIntervalJitter(), java.time.Duration.ZERO),
                check.getIntervalJitterPercent());
    }

    private static java.time.Duration or(
            boolean set, Duration value, java.time.Duration otherwise) {
        return set ? java.time.Duration.ofSeconds(value.getSeconds(), value.getNanos()) : otherwise;
    }

    private Probe probe(io.envoyproxy.envoy.config.core.v3.HealthCheck check, Spot spot) {
        return switch (check.getHealthCheckerCase()) {
            case HTTP_HEALTH_CHECK ->
                    http(check.getHttpHealthCheck(), spot.field("http_health_check"));
            case TCP_HEALTH_CHECK -> tcp(check.getTcpHealthCheck(), spot.field("tcp_health_check"));
            case GRPC_HEALTH_CHECK ->
                    grpc(check.getGrpcHealthCheck(), spot.field("grpc_health_check"));
            case CUSTOM_HEALTH_CHECK, HEALTHCHECKER_NOT_SET -> {
                translation.error(
                        spot,
                        "not supported yet: health checks other than HTTP, TCP and gRPC",
                        "use http_health_check, tcp_health_check or grpc_health_check");
                yield new Probe.Tcp(new byte[0], List.of());
            }
        };
    }

    private Probe http(HttpHealthCheck http, Spot spot) {
        if (http.getCodecClientType() == CodecClientType.HTTP3) {
            translation.error(
                    spot.field("codec_client_type"),
                    "not supported yet: health checks over HTTP/3",
                    "use HTTP2 or HTTP1");
        }
        return new Probe.Http(
                http.getHost(),
                http.getPath(),
                http.getMethod() == RequestMethod.METHOD_UNSPECIFIED
                        ? "GET"
                        : http.getMethod().name(),
                headers(http.getRequestHeadersToAddList(), spot.field("request_headers_to_add")),
                http.getRequestHeadersToRemoveList().stream().map(HeaderName::of).toList(),
                http.getExpectedStatusesCount() == 0
                        ? List.of(new Statuses(200, 201))
                        : Translation.each(
                                http.getExpectedStatusesList(),
                                spot.field("expected_statuses"),
                                this::statuses),
                Translation.each(
                        http.getRetriableStatusesList(),
                        spot.field("retriable_statuses"),
                        this::statuses),
                http.getCodecClientType() == CodecClientType.HTTP2,
                http.hasServiceNameMatcher()
                        ? matchers.string(
                                http.getServiceNameMatcher(), spot.field("service_name_matcher"))
                        : null,
                payload(http.getSend(), spot.field("send")),
                Translation.each(http.getReceiveList(), spot.field("receive"), this::payload),
                http.hasResponseBufferSize()
                        ? Math.clamp(http.getResponseBufferSize().getValue(), 0, Integer.MAX_VALUE)
                        : BODY_LIMIT);
    }

    private Probe tcp(TcpHealthCheck tcp, Spot spot) {
        return new Probe.Tcp(
                payload(tcp.getSend(), spot.field("send")),
                Translation.each(tcp.getReceiveList(), spot.field("receive"), this::payload));
    }

    private Probe grpc(GrpcHealthCheck grpc, Spot spot) {
        return new Probe.Grpc(
                grpc.getServiceName(),
                grpc.getAuthority(),
                headers(grpc.getInitialMetadataList(), spot.field("initial_metadata")));
    }

    private List<Header> headers(List<HeaderValueOption> options, Spot spot) {
        return headers.additions(options, spot).stream()
                .map(added ->
                        new Header(added.name(), literal(added.value(), spot), added.action()))
                .toList();
    }

    // There is no request of a client that an operator could speak of.
    private String literal(Format value, Spot spot) {
        var text = new StringBuilder();
        for (var part : value.parts()) {
            switch (part) {
                case Format.Literal(var octets) -> text.append(new String(octets, UTF_8));
                case Format.Operator(var name, _, _) ->
                        translation.error(
                                spot,
                                "not supported yet: %" + name + "% in a header of a health check",
                                "write the value itself");
            }
        }
        return text.toString();
    }

    private Statuses statuses(Int64Range range, Spot spot) {
        if (range.getStart() < 100 || range.getEnd() > 600 || range.getStart() >= range.getEnd()) {
            translation.error(
                    spot,
                    "statuses from "
                            + range.getStart()
                            + " up to "
                            + range.getEnd()
                            + " (expected: 100 <= start < end <= 600)",
                    "end is not included: {start: 200, end: 300} is every 2xx");
        }
        return new Statuses(
                Math.clamp(range.getStart(), 0, 600), Math.clamp(range.getEnd(), 0, 600));
    }

    private byte[] payload(Payload payload, Spot spot) {
        return switch (payload.getPayloadCase()) {
            case TEXT -> {
                try {
                    yield HexFormat.of().parseHex(payload.getText());
                } catch (IllegalArgumentException _) {
                    translation.error(
                            spot.field("text"),
                            "not hexadecimal: \"" + payload.getText() + "\"",
                            "write the octets in hexadecimal, \""
                                    + HexFormat.of().formatHex("PING".getBytes(UTF_8))
                                    + "\" is PING");
                    yield new byte[0];
                }
            }
            case BINARY -> payload.getBinary().toByteArray();
            case PAYLOAD_NOT_SET -> new byte[0];
        };
    }
}
