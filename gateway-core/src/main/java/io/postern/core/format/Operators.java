package io.postern.core.format;

import io.postern.config.model.Format;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the names of command operators mean.
 *
 * <p>Source: Envoy 1.40, "Access Logging: command operators". Pure functions.
 */
final class Operators {
    private static final HeaderName REQUEST_ID = HeaderName.of("x-request-id");
    private static final Operator MISSING = (_, _) -> false;

    /** Known to Envoy; nothing in this gateway could be told about them. */
    private static final Set<String> ALWAYS_MISSING =
            Set.of(
                    """
                    CONNECTION_TERMINATION_DETAILS DOWNSTREAM_HANDSHAKE_DURATION
                    ROUNDTRIP_DURATION
                    UPSTREAM_CONNECTION_POOL_READY_DURATION
                    UPSTREAM_DETECTED_CLOSE_TYPE UPSTREAM_LOCAL_CLOSE_REASON
                    UPSTREAM_HOSTS_ATTEMPTED UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT
                    UPSTREAM_HOST_NAMES_ATTEMPTED UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT
                    UPSTREAM_CONNECTION_IDS_ATTEMPTED
                    DOWNSTREAM_PEER_OTHERNAME_SAN DOWNSTREAM_LOCAL_OTHERNAME_SAN
                    DOWNSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_DETECTED_CLOSE_TYPE
                    DOWNSTREAM_LOCAL_CLOSE_REASON VIRTUAL_CLUSTER_NAME TLS_JA3_FINGERPRINT
                    TLS_JA4_FINGERPRINT TRACE_ID SPAN_ID CUSTOM_FLAGS UPSTREAM_FILTER_STATE
                    UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_WIRE_BYTES_SENT
                    UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT
                    UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
                    UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT DOWNSTREAM_WIRE_BYTES_RECEIVED
                    DOWNSTREAM_WIRE_BYTES_SENT DOWNSTREAM_HEADER_BYTES_RECEIVED
                    DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
                    DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT BYTES_RETRANSMITTED
                    PACKETS_RETRANSMITTED\
                    """
                            .split("\\s+", -1));

    private Operators() {}

    /**
     * The operator, or null for an unknown name.
     *
     * @param environment null: only the name is looked up
     */
    static @Nullable Operator of(
            Format.Operator operator, @Nullable FormatEnvironment environment) {
        String argument = operator.argument();
        Operator found = stream(operator.name());
        if (found == null) {
            found = AddressOperators.of(operator.name());
        }
        if (found == null) {
            found = DurationOperators.of(operator.name(), argument);
        }
        if (found == null) {
            found = HeaderOperators.of(operator.name(), argument);
        }
        if (found == null) {
            found = MetadataOperators.of(operator.name(), argument);
        }
        if (found == null) {
            found = CertificateOperators.of(operator.name(), argument);
        }
        if (found == null) {
            found = process(operator.name(), argument, environment);
        }
        return found == null && ALWAYS_MISSING.contains(operator.name()) ? MISSING : found;
    }

    private static @Nullable Operator stream(String name) {
        return switch (name) {
            case "PROTOCOL" -> text(StreamInfo::protocol);
            case "RESPONSE_CODE" -> number(StreamInfo::responseCode);
            case "RESPONSE_FLAGS" -> text(StreamInfo::responseFlags);
            case "RESPONSE_FLAGS_LONG" -> text(info -> LongFlags.of(info.responseFlags()));
            case "BYTES_RECEIVED" -> number(StreamInfo::bytesReceived);
            case "BYTES_SENT" -> number(StreamInfo::bytesSent);
            case "CONNECTION_ID" -> number(StreamInfo::connectionId);
            case "UPSTREAM_REQUEST_ATTEMPT_COUNT" -> number(StreamInfo::attemptCount);
            case "UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW" -> text(StreamInfo::clusterName);
            case "UPSTREAM_TRANSPORT_FAILURE_REASON" -> token(StreamInfo::upstreamTransportFailure);
            case "ROUTE_NAME" -> text(StreamInfo::routeName);
            case "VIRTUAL_HOST_NAME" -> text(StreamInfo::virtualHostName);
            case "FILTER_CHAIN_NAME" -> text(StreamInfo::filterChainName);
            case "REQUESTED_SERVER_NAME" -> tls(TlsInfo::serverName);
            case "UPSTREAM_PROTOCOL" -> text(StreamInfo::upstreamProtocol);
            case "UPSTREAM_CONNECTION_ID" -> number(StreamInfo::upstreamConnectionId);
            case "REQUEST_HEADERS_BYTES" ->
                    Operator.number(view -> view.requestHeaders().octetCount());
            case "RESPONSE_HEADERS_BYTES" ->
                    Operator.number(view -> octetCount(view.responseHeaders()));
            case "RESPONSE_TRAILERS_BYTES" ->
                    Operator.number(view -> octetCount(view.responseTrailers()));
            case "LOCAL_REPLY_BODY" ->
                    (view, out) -> {
                        out.append(view.localReplyBody());
                        return true; // an empty body is an empty text, not a missing one
                    };
            case "STREAM_ID", "UNIQUE_ID" ->
                    (view, out) -> HeaderOperators.write(view.requestHeaders(), REQUEST_ID, out);
            case "ACCESS_LOG_TYPE" -> Operator.text(StreamView::logType);
            default -> null;
        };
    }

    private static @Nullable Operator process(
            String name, String argument, @Nullable FormatEnvironment environment) {
        return switch (name) {
            case "HOSTNAME" -> constant(environment == null ? "" : environment.hostname());
            case "ENVIRONMENT" -> {
                String value = environment == null ? null : environment.variables().apply(argument);
                yield constant(value == null ? "" : value);
            }
            case "START_TIME", "EMIT_TIME" -> TimeFormat.operator(argument, null, name);
            case "START_TIME_LOCAL", "EMIT_TIME_LOCAL" ->
                    TimeFormat.operator(
                            argument, environment == null ? null : environment.zone(), name);
            case "RESPONSE_CODE_DETAILS" -> details(argument.equals("ALLOW_WHITESPACES"));
            case "FILTER_STATE" -> filterState(argument);
            default -> null;
        };
    }

    private static Operator constant(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return (_, out) -> {
            out.append(octets);
            return octets.length > 0;
        };
    }

    private static Operator details(boolean allowBlanks) {
        return allowBlanks
                ? text(StreamInfo::responseCodeDetails)
                : token(StreamInfo::responseCodeDetails);
    }

    /** Without blanks, so that a line can be split at them. */
    private static Operator token(Function<StreamInfo, String> source) {
        return (view, out) -> {
            int start = out.length();
            String text = source.apply(view.streamInfo());
            out.appendUtf8(text);
            for (int i = start; i < out.length(); i++) {
                byte octet = out.array()[i];
                if (octet == ' ' || (octet >= '\t' && octet <= '\r')) {
                    out.array()[i] = '_';
                }
            }
            return !text.isEmpty();
        };
    }

    /** {@code key}, {@code key:PLAIN} or {@code key:TYPED}: as it is, or as a JSON text. */
    private static Operator filterState(String argument) {
        int colon = argument.lastIndexOf(':');
        String format = colon < 0 ? "TYPED" : argument.substring(colon + 1);
        boolean known = format.equals("PLAIN") || format.equals("TYPED");
        String key = colon >= 0 && known ? argument.substring(0, colon) : argument;
        return new FilterState(key, !format.equals("PLAIN"));
    }

    private record FilterState(String key, boolean quoted) implements Operator {
        @Override
        public boolean write(StreamView view, OctetBuffer out) {
            return write(view, quoted, out);
        }

        @Override
        public boolean writeJson(StreamView view, int maxLength, OctetBuffer out) {
            return quoted ? write(view, true, out) : Operator.super.writeJson(view, maxLength, out);
        }

        private boolean write(StreamView view, boolean asJson, OctetBuffer out) {
            byte[] value = view.streamInfo().filterState().get(key);
            if (value == null) {
                return false;
            }
            if (asJson) {
                JsonText.quote(value, 0, value.length, out);
            } else {
                out.append(value);
            }
            return true;
        }
    }

    private static int octetCount(@Nullable HeaderMap head) {
        return head == null ? 0 : head.octetCount();
    }

    private static Operator text(Function<StreamInfo, String> source) {
        return Operator.text(view -> source.apply(view.streamInfo()));
    }

    private static Operator number(InfoNumber source) {
        return Operator.number(view -> source.of(view.streamInfo()));
    }

    private static Operator tls(Function<TlsInfo, String> source) {
        return Operator.text(view -> {
            TlsInfo tls = view.streamInfo().downstreamTls();
            return tls == null ? "" : source.apply(tls);
        });
    }

    @FunctionalInterface
    private interface InfoNumber {
        long of(StreamInfo info);
    }
}
