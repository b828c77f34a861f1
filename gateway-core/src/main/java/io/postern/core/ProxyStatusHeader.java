package io.postern.core;

import io.postern.config.model.Bootstrap;
import io.postern.config.model.ProxyStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Says in a response which error this gateway met. Thread-safe: immutable.
 *
 * <p>Source: RFC 9209; which error is which, Envoy's {@code ProxyStatusUtils}.
 */
final class ProxyStatusHeader {
    private static final HeaderName NAME = HeaderName.of("proxy-status");
    private static final int KEPT = 0;

    private final ProxyStatus config;
    private final String proxy;

    /** In the order in which flags are asked for; status {@value #KEPT}: none is recommended. */
    private enum ProxyError {
        DESTINATION_UNAVAILABLE("destination_unavailable", 503),
        HTTP_RESPONSE_TIMEOUT("http_response_timeout", 504),
        CONNECTION_TIMEOUT("connection_timeout", 504),
        CONNECTION_TERMINATED("connection_terminated", 502),
        CONNECTION_REFUSED("connection_refused", 502),
        CONNECTION_LIMIT_REACHED("connection_limit_reached", 503),
        DESTINATION_NOT_FOUND("destination_not_found", 500),
        HTTP_REQUEST_ERROR("http_request_error", KEPT),
        PROXY_CONFIGURATION_ERROR("proxy_configuration_error", 500),
        HTTP_PROTOCOL_ERROR("http_protocol_error", 502),
        DNS_ERROR("dns_error", 502);

        final String text;
        final int status;

        ProxyError(String text, int status) {
            this.text = text;
            this.status = status;
        }

        static @Nullable ProxyError of(ResponseFlag flag) {
            return switch (flag) {
                case FAILED_LOCAL_HEALTH_CHECK,
                        NO_HEALTHY_UPSTREAM,
                        UPSTREAM_RETRY_LIMIT_EXCEEDED,
                        NO_CLUSTER_FOUND ->
                        DESTINATION_UNAVAILABLE;
                case UPSTREAM_REQUEST_TIMEOUT,
                        STREAM_IDLE_TIMEOUT,
                        UPSTREAM_MAX_STREAM_DURATION_REACHED ->
                        HTTP_RESPONSE_TIMEOUT;
                case LOCAL_RESET -> CONNECTION_TIMEOUT;
                case UPSTREAM_REMOTE_RESET, UPSTREAM_CONNECTION_TERMINATION ->
                        CONNECTION_TERMINATED;
                case UPSTREAM_CONNECTION_FAILURE -> CONNECTION_REFUSED;
                case UPSTREAM_OVERFLOW, RATE_LIMITED, RATE_LIMIT_SERVICE_ERROR ->
                        CONNECTION_LIMIT_REACHED;
                case NO_ROUTE_FOUND -> DESTINATION_NOT_FOUND;
                case INVALID_ENVOY_REQUEST_HEADERS, DOWNSTREAM_PROTOCOL_ERROR -> HTTP_REQUEST_ERROR;
                case NO_FILTER_CONFIG_FOUND -> PROXY_CONFIGURATION_ERROR;
                case UPSTREAM_PROTOCOL_ERROR -> HTTP_PROTOCOL_ERROR;
                case DNS_RESOLUTION_FAILURE -> DNS_ERROR;
                default -> null;
            };
        }
    }

    private ProxyStatusHeader(ProxyStatus config, String proxy) {
        this.config = config;
        this.proxy = proxy;
    }

    /** Null where responses say nothing. */
    static @Nullable ProxyStatusHeader of(@Nullable ProxyStatus config, Bootstrap.Node node) {
        if (config == null) {
            return null;
        }
        String name = config.proxyName();
        return new ProxyStatusHeader(config, name == null ? node.id() : name);
    }

    /** Adds what there is to say to a response's head; may change its status. */
    void addTo(HeaderMap head, ExchangeInfo info) {
        ProxyError error = errorOf(info);
        if (error == null) {
            return;
        }
        int said = head.indexOf(NAME);
        String before = said < 0 ? "" : head.value(said) + ", ";
        head.set(NAME, before + text(error, info));
        if (config.recommendedStatus() && error.status != KEPT) {
            Status.set(head, error.status);
        }
    }

    // The first of Envoy's order counts.
    private static @Nullable ProxyError errorOf(ExchangeInfo info) {
        if (info.flags == 0) {
            return null;
        }
        for (ResponseFlag flag : ResponseFlag.values()) {
            if (info.has(flag)) {
                ProxyError error = ProxyError.of(flag);
                if (error != null) {
                    return error;
                }
            }
        }
        return null;
    }

    private String text(ProxyError error, ExchangeInfo info) {
        var text = new StringBuilder(proxy).append("; error=").append(error.text);
        if (config.details() && !info.details.isEmpty()) {
            text.append("; details=\"").append(info.details.replace("\"", "\\\""));
            if (config.flags()) {
                text.append("; ").append(info.responseFlags());
            }
            text.append('"');
        }
        return text.toString();
    }
}
