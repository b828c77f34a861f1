package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import java.util.stream.Stream;

/**
 * The request headers that end at this hop, and those that only trusted clients may send.
 *
 * <p>Source: Envoy's "HTTP header sanitizing", compared with Envoy 1.40. Thread-safe: immutable.
 */
final class UntrustedHeaders {
    private static final String[] HOP_BY_HOP = {
        "keep-alive", "proxy-connection", "transfer-encoding", "x-envoy-internal"
    };
    private static final String[] CONNECTION = {"connection", "upgrade"};
    private static final String[] NOT_FROM_OUTSIDE = {
        "x-envoy-expected-rq-timeout-ms",
        "x-envoy-force-trace",
        "x-envoy-hedge-on-per-try-timeout",
        "x-envoy-ip-tags",
        "x-envoy-max-retries",
        "x-envoy-original-url",
        "x-envoy-retriable-header-names",
        "x-envoy-retriable-status-codes",
        "x-envoy-retry-grpc-on",
        "x-envoy-retry-on",
        "x-envoy-upstream-alt-stat-name",
        "x-envoy-upstream-rq-per-try-timeout-ms",
        "x-envoy-upstream-rq-timeout-alt-response",
        "x-envoy-upstream-rq-timeout-ms",
        "x-envoy-upstream-stream-duration-ms"
    };
    private static final String[] NOT_FROM_CLIENTS = {
        "x-envoy-decorator-operation",
        "x-envoy-downstream-service-cluster",
        "x-envoy-downstream-service-node",
        "x-envoy-original-host",
        "x-envoy-original-path"
    };

    private static final NameSet INTERNAL = set(HOP_BY_HOP, CONNECTION);
    private static final NameSet INTERNAL_UPGRADE = set(HOP_BY_HOP);
    private static final NameSet EXTERNAL = set(HOP_BY_HOP, CONNECTION, NOT_FROM_OUTSIDE);
    private static final NameSet EXTERNAL_UPGRADE = set(HOP_BY_HOP, NOT_FROM_OUTSIDE);
    private static final NameSet EDGE =
            set(HOP_BY_HOP, CONNECTION, NOT_FROM_OUTSIDE, NOT_FROM_CLIENTS);
    private static final NameSet EDGE_UPGRADE = set(HOP_BY_HOP, NOT_FROM_OUTSIDE, NOT_FROM_CLIENTS);

    private UntrustedHeaders() {}

    /**
     * @param upgrade connection and upgrade go on, since they are for the other end
     * @param internal the client is trusted
     * @param edge nothing but clients is on the other side
     */
    static void remove(HeaderMap head, boolean upgrade, boolean internal, boolean edge) {
        NameSet names =
                internal
                        ? upgrade ? INTERNAL_UPGRADE : INTERNAL
                        : edge
                                ? upgrade ? EDGE_UPGRADE : EDGE
                                : upgrade ? EXTERNAL_UPGRADE : EXTERNAL;
        names.removeFrom(head);
    }

    private static NameSet set(String[]... groups) {
        return NameSet.of(Stream.of(groups).flatMap(Stream::of).toArray(String[]::new));
    }
}
