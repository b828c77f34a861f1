package io.postern.core.upstream;

import io.postern.core.ResponseFlag;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Why an upstream gave no response: the values behind Envoy's 503 and 504 replies.
 *
 * @param reason Envoy's name of the reset reason, with spaces
 * @param transport transport failure reason; may be empty
 */
public record UpstreamFailure(Kind kind, ResponseFlag flag, String reason, String transport) {
    private static final String BEFORE_HEADERS =
            "upstream connect error or disconnect/reset before headers. ";
    private static final List<LocalReply.Header> OVERLOADED =
            List.of(
                    new LocalReply.Header(
                            HeaderName.of("x-envoy-overloaded"),
                            "true".getBytes(StandardCharsets.US_ASCII)));

    /** per_try_timeout passed. */
    public static final UpstreamFailure TRY_TIMEOUT =
            new UpstreamFailure(
                    Kind.TRY_TIMEOUT, ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, "timeout", "");

    /** per_try_idle_timeout passed. */
    public static final UpstreamFailure TRY_IDLE_TIMEOUT =
            new UpstreamFailure(Kind.TRY_TIMEOUT, ResponseFlag.STREAM_IDLE_TIMEOUT, "timeout", "");

    /** What retry policies distinguish. */
    public enum Kind {
        NO_HOST,
        /** The host that the request names could not be found. */
        NAME,
        OVERFLOW,
        CONNECT,
        REFUSED,
        RESET,
        TRY_TIMEOUT
    }

    /** No stream was to be had. */
    public static UpstreamFailure of(Failure failure, String transport) {
        return switch (failure) {
            case NO_HEALTHY_HOST ->
                    new UpstreamFailure(Kind.NO_HOST, ResponseFlag.NO_HEALTHY_UPSTREAM, "", "");
            case OVERFLOW ->
                    new UpstreamFailure(
                            Kind.OVERFLOW, ResponseFlag.UPSTREAM_OVERFLOW, "overflow", "");
            case CONNECTION_FAILURE ->
                    new UpstreamFailure(
                            Kind.CONNECT,
                            ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
                            "remote connection failure",
                            transport);
            case CONNECTION_TIMEOUT ->
                    new UpstreamFailure(
                            Kind.CONNECT,
                            ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
                            "connection timeout",
                            transport);
            case UNKNOWN_NAME ->
                    new UpstreamFailure(
                            Kind.NAME,
                            ResponseFlag.DNS_RESOLUTION_FAILURE,
                            "DNS resolution failure",
                            transport);
            case TOO_MANY_NAMES ->
                    new UpstreamFailure(
                            Kind.NAME, ResponseFlag.UPSTREAM_OVERFLOW, "DNS cache overflow", "");
            case NAMES_PENDING ->
                    new UpstreamFailure(
                            Kind.NAME,
                            ResponseFlag.UPSTREAM_OVERFLOW,
                            "Dynamic forward proxy pending request overflow",
                            "");
        };
    }

    /** The stream ended before its response head. */
    public static UpstreamFailure of(ResetReason reason, String transport) {
        return switch (reason) {
            case CONNECTION_FAILURE -> of(Failure.CONNECTION_FAILURE, transport);
            case CONNECTION_TIMEOUT -> of(Failure.CONNECTION_TIMEOUT, transport);
            case OVERFLOW -> of(Failure.OVERFLOW, transport);
            case REMOTE_REFUSED_STREAM ->
                    new UpstreamFailure(
                            Kind.REFUSED,
                            ResponseFlag.UPSTREAM_REMOTE_RESET,
                            "remote refused stream reset",
                            transport);
            case REMOTE_RESET ->
                    new UpstreamFailure(
                            Kind.RESET,
                            ResponseFlag.UPSTREAM_REMOTE_RESET,
                            "remote reset",
                            transport);
            case CONNECTION_TERMINATION ->
                    new UpstreamFailure(
                            Kind.RESET,
                            ResponseFlag.UPSTREAM_CONNECTION_TERMINATION,
                            "connection termination",
                            transport);
            case PROTOCOL_ERROR ->
                    new UpstreamFailure(
                            Kind.RESET,
                            ResponseFlag.UPSTREAM_PROTOCOL_ERROR,
                            "protocol error",
                            transport);
            case LOCAL_REFUSED_STREAM ->
                    new UpstreamFailure(
                            Kind.REFUSED,
                            ResponseFlag.LOCAL_RESET,
                            "local refused stream reset",
                            transport);
            case CONNECT_ERROR ->
                    new UpstreamFailure(
                            Kind.RESET,
                            ResponseFlag.UPSTREAM_REMOTE_RESET,
                            "remote error with CONNECT request",
                            transport);
            case LOCAL_RESET ->
                    new UpstreamFailure(
                            Kind.RESET, ResponseFlag.LOCAL_RESET, "local reset", transport);
        };
    }

    /** {@code connection_termination} or {@code remote_connection_failure|reason}, for details. */
    public String token() {
        boolean told = kind == Kind.CONNECT && !transport.isEmpty();
        String text = told ? reason + "|" + transport : reason;
        return text.replace(' ', '_');
    }

    /** Envoy's answer to the client. */
    public LocalReply reply(boolean retried) {
        return switch (kind) {
            case NO_HOST -> reply(503, "no_healthy_upstream", "no healthy upstream", List.of());
            case NAME -> reply(503, nameDetails(), reason, List.of());
            case TRY_TIMEOUT ->
                    reply(504, tryTimeoutDetails(), "upstream request timeout", List.of());
            case OVERFLOW -> beforeHeaders(retried, OVERLOADED);
            case CONNECT, REFUSED, RESET -> beforeHeaders(retried, List.of());
        };
    }

    private String nameDetails() {
        String details = reason.replace(' ', '_').toLowerCase(Locale.ROOT);
        return transport.isEmpty() ? details : details + "{" + transport.replace(' ', '_') + "}";
    }

    private String tryTimeoutDetails() {
        return flag == ResponseFlag.STREAM_IDLE_TIMEOUT
                ? "upstream_per_try_idle_timeout"
                : "upstream_per_try_timeout";
    }

    private LocalReply beforeHeaders(boolean retried, List<LocalReply.Header> headers) {
        String body =
                BEFORE_HEADERS
                        + (retried ? "retried and the latest reset reason: " : "reset reason: ")
                        + reason
                        + (transport.startsWith("TLS_error")
                                ? ", transport failure reason: " + transport
                                : "");
        int status = flag == ResponseFlag.UPSTREAM_PROTOCOL_ERROR ? 502 : 503;
        return reply(
                status, "upstream_reset_before_response_started{" + token() + "}", body, headers);
    }

    private static LocalReply reply(
            int status, String details, String body, List<LocalReply.Header> headers) {
        return new LocalReply(status, details, body.getBytes(StandardCharsets.UTF_8), headers, -1);
    }
}
