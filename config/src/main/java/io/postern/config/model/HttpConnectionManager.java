package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How HTTP is spoken with clients.
 *
 * <p>Source: {@code
 * envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager}. Durations of
 * zero are switched off.
 *
 * @param maxRequestHeadersKib largest request head
 * @param serverName for the server header
 * @param stripAnyHostPort also set when only a matching port is stripped: see stripMatchingHostPort
 * @param filters in request order, without the router at the end
 * @param upgradeTypes upgrades allowed on every route, lower-case: {@code websocket}
 * @param via empty: no via header
 * @param addUserAgent requests say which cluster, and node, of the mesh this is
 * @param earlyMutations of request heads, before they are sanitised
 * @param schemeToOverwrite the scheme of every request; empty: as it came
 * @param clientCert what is done about x-forwarded-client-cert; null: it is removed
 * @param proxyStatus null: no proxy-status header
 */
public record HttpConnectionManager(
        String statPrefix,
        CodecType codecType,
        RouteTable routes,
        List<HttpFilter> filters,
        RouterOptions router,
        List<AccessLog> accessLogs,
        LogTimes logTimes,
        ClientAddress clientAddress,
        PathNormalization pathNormalization,
        RequestId requestId,
        Http1Options http1,
        Http2Options http2,
        Duration idleTimeout,
        Duration maxConnectionDuration,
        Duration streamIdleTimeout,
        Duration requestTimeout,
        Duration requestHeadersTimeout,
        Duration drainTimeout,
        Duration delayedCloseTimeout,
        Duration maxStreamDuration,
        int maxRequestsPerConnection,
        int maxRequestHeadersKib,
        int maxHeadersCount,
        UnderscoreAction underscoreAction,
        String serverName,
        ServerHeader serverHeader,
        boolean stripMatchingHostPort,
        boolean stripAnyHostPort,
        boolean stripTrailingHostDot,
        boolean proxy100Continue,
        List<String> upgradeTypes,
        String via,
        boolean addUserAgent,
        List<HeaderMutation> earlyMutations,
        String schemeToOverwrite,
        LocalReplyRules localReplies,
        Hardening hardening,
        @Nullable ClientCert clientCert,
        @Nullable ProxyStatus proxyStatus) {
    public HttpConnectionManager {
        filters = List.copyOf(filters);
        accessLogs = List.copyOf(accessLogs);
        upgradeTypes = List.copyOf(upgradeTypes);
        earlyMutations = List.copyOf(earlyMutations);
    }

    /** Of a filter chain that speaks something else: nothing reads it. */
    public static HttpConnectionManager none() {
        var no = Duration.ZERO;
        return new HttpConnectionManager(
                "",
                CodecType.AUTO,
                new RouteTable(
                        "",
                        List.of(),
                        HeaderMutations.none(),
                        false,
                        false,
                        FilterOverrides.none()),
                List.of(),
                RouterOptions.defaults(),
                List.of(),
                LogTimes.END,
                new ClientAddress(false, 0, false, List.of(), false, List.of()),
                new PathNormalization(false, false, EscapedSlashes.KEEP_UNCHANGED),
                new RequestId(false, false, false),
                new Http1Options(
                        false, false, "", false, false, false, false, HeaderKeys.LOWER_CASE, null),
                new Http2Options(0, 0, 0, 0, false, false, no, no),
                no,
                no,
                no,
                no,
                no,
                no,
                no,
                no,
                0,
                0,
                0,
                UnderscoreAction.ALLOW,
                "",
                ServerHeader.PASS_THROUGH,
                false,
                false,
                false,
                false,
                List.of(),
                "",
                false,
                List.of(),
                "",
                LocalReplyRules.none(),
                Hardening.none(),
                null,
                null);
    }

    /** Whether connections notice no difference: routes, filters, replies and logs may differ. */
    public boolean isSameForConnections(HttpConnectionManager other) {
        return equals(other.with(routes, filters, accessLogs, localReplies, hardening));
    }

    /** The same with other filters. */
    public HttpConnectionManager withFilters(List<HttpFilter> others) {
        return with(routes, others, accessLogs, localReplies, hardening);
    }

    private HttpConnectionManager with(
            RouteTable routes,
            List<HttpFilter> filters,
            List<AccessLog> accessLogs,
            LocalReplyRules localReplies,
            Hardening hardening) {
        return new HttpConnectionManager(
                statPrefix,
                codecType,
                routes,
                filters,
                router,
                accessLogs,
                logTimes,
                clientAddress,
                pathNormalization,
                requestId,
                http1,
                http2,
                idleTimeout,
                maxConnectionDuration,
                streamIdleTimeout,
                requestTimeout,
                requestHeadersTimeout,
                drainTimeout,
                delayedCloseTimeout,
                maxStreamDuration,
                maxRequestsPerConnection,
                maxRequestHeadersKib,
                maxHeadersCount,
                underscoreAction,
                serverName,
                serverHeader,
                stripMatchingHostPort,
                stripAnyHostPort,
                stripTrailingHostDot,
                proxy100Continue,
                upgradeTypes,
                via,
                addUserAgent,
                earlyMutations,
                schemeToOverwrite,
                localReplies,
                hardening,
                clientCert,
                proxyStatus);
    }

    /** Which HTTP version a connection speaks; AUTO looks at ALPN or the first bytes. */
    public enum CodecType {
        AUTO,
        HTTP1,
        HTTP2
    }

    /** What happens to the server header of a response. */
    public enum ServerHeader {
        OVERWRITE,
        APPEND_IF_ABSENT,
        PASS_THROUGH
    }

    /** What happens to request headers with an underscore in the name. */
    public enum UnderscoreAction {
        ALLOW,
        REJECT_REQUEST,
        DROP_HEADER
    }

    /**
     * How the client's address is found.
     *
     * @param useRemoteAddress trust the connection's address and append it to x-forwarded-for
     * @param trustedHops xff_num_trusted_hops
     * @param skipXffAppend do not append
     * @param appendPort append_x_forwarded_port
     * @param detections original_ip_detection_extensions: the first that finds an address counts;
     *     none: x-forwarded-for is read, unless the connection's address is trusted
     */
    public record ClientAddress(
            boolean useRemoteAddress,
            int trustedHops,
            boolean skipXffAppend,
            List<FilterChain.CidrRange> internalRanges,
            boolean appendPort,
            List<AddressDetection> detections) {
        public ClientAddress {
            internalRanges = List.copyOf(internalRanges);
            detections = List.copyOf(detections);
        }
    }

    /** Where the client's address may be found. Source: {@code original_ip_detection}. */
    public sealed interface AddressDetection {
        /**
         * In x-forwarded-for, before the last {@code trustedHops} addresses.
         *
         * @param append whether the connection's address is added when one was found
         */
        record ForwardedFor(int trustedHops, boolean append) implements AddressDetection {}

        /** In x-forwarded-for, the last address that is none of these proxies. As above. */
        record TrustedProxies(List<FilterChain.CidrRange> proxies, boolean append)
                implements AddressDetection {
            public TrustedProxies {
                proxies = List.copyOf(proxies);
            }
        }

        /**
         * In a header of its own.
         *
         * @param trusted whether an internal address makes the request an internal one
         * @param rejectStatus the answer where there is no address; 0: it goes on without
         */
        record Header(HeaderName name, boolean trusted, int rejectStatus)
                implements AddressDetection {}
    }

    /**
     * What is done about x-forwarded-client-cert.
     *
     * @param details what is said of the client's certificate, where it is said
     */
    public record ClientCert(Forward forward, List<Detail> details) {
        public ClientCert {
            details = List.copyOf(details);
        }

        /** Source: {@code ForwardClientCertDetails}. */
        public enum Forward {
            FORWARD_ONLY,
            APPEND_FORWARD,
            SANITIZE_SET,
            ALWAYS_FORWARD_ONLY
        }

        /** Source: {@code SetCurrentClientCertDetails}, in Envoy's order. */
        public enum Detail {
            SUBJECT,
            CERT,
            CHAIN,
            URI,
            DNS
        }
    }

    /** What is done to a path before it is matched. */
    public record PathNormalization(
            boolean normalizePath, boolean mergeSlashes, EscapedSlashes escapedSlashes) {}

    /** What is done about %2F and %5C in paths. */
    public enum EscapedSlashes {
        KEEP_UNCHANGED,
        REJECT_REQUEST,
        UNESCAPE_AND_REDIRECT,
        UNESCAPE_AND_FORWARD
    }

    /**
     * When an exchange is logged beside its end.
     *
     * <p>Source: {@code HcmAccessLogOptions}.
     *
     * @param atStart when it has its route
     * @param interval and then so often; zero: never
     * @param atTunnel when its upgrade, or CONNECT, has been granted
     */
    public record LogTimes(boolean atStart, Duration interval, boolean atTunnel) {
        /** At its end only. */
        public static final LogTimes END = new LogTimes(false, Duration.ZERO, false);
    }

    /** What is done about x-request-id. */
    public record RequestId(
            boolean generate, boolean preserveExternal, boolean alwaysSetInResponse) {}

    /**
     * HTTP/1 switches.
     *
     * @param allowAbsoluteUrl accept {@code GET http://host/path}
     * @param acceptHttp10 serve HTTP/1.0 requests instead of answering 426
     * @param defaultHostForHttp10 authority of an HTTP/1.0 request without Host; may be empty
     * @param enableTrailers pass HTTP/1 trailers on instead of dropping them
     * @param allowChunkedLength accept both Content-Length and Transfer-Encoding: chunked
     * @param allowCustomMethods serve any token, not only the methods that are known
     * @param headerKeys of messages that are sent
     * @param keptSpelling what is kept of messages that arrive, and goes before {@code headerKeys};
     *     null: nothing
     */
    public record Http1Options(
            boolean allowAbsoluteUrl,
            boolean acceptHttp10,
            String defaultHostForHttp10,
            boolean enableTrailers,
            boolean allowChunkedLength,
            boolean allowCustomMethods,
            boolean overrideStreamErrorOnInvalidMessage,
            HeaderKeys headerKeys,
            @Nullable KeptSpelling keptSpelling) {}

    /**
     * The spelling of a message that arrives is that of the message that is sent on.
     *
     * <p>Source: {@code PreserveCaseFormatterConfig}.
     *
     * @param properElsewhere headers that it did not have are {@code Spelled-Like-This}
     * @param reason the reason phrase is kept, too
     */
    public record KeptSpelling(boolean properElsewhere, boolean reason) {}

    /** How names of headers are spelled. */
    public enum HeaderKeys {
        LOWER_CASE,
        /** {@code Content-Type}. */
        PROPER_CASE
    }

    /** Sizes in bytes; the defaults of Envoy are filled in by the translator. */
    public record Http2Options(
            int hpackTableSize,
            int maxConcurrentStreams,
            int initialStreamWindowSize,
            int initialConnectionWindowSize,
            boolean allowConnect,
            boolean overrideStreamErrorOnInvalidMessage,
            Duration keepaliveInterval,
            Duration keepaliveTimeout) {}
}
