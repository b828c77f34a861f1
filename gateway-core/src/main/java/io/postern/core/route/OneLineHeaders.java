package io.postern.core.route;

import io.postern.sdk.HeaderName;
import java.util.Set;

/**
 * The headers of which Envoy keeps one line: several are joined by commas when they arrive, and
 * another value is appended to the line. Thread-safe: immutable.
 */
public final class OneLineHeaders {
    private static final Set<String> NAMES =
            Set.of(
                    """
                    :authority :method :path :scheme :status accept accept-encoding authorization \
                    cache-control connection content-encoding content-length content-type date etag \
                    expect grpc-message grpc-status grpc-timeout keep-alive location origin \
                    proxy-connection server te transfer-encoding upgrade user-agent vary via \
                    x-envoy-attempt-count x-envoy-original-path x-envoy-upstream-service-time \
                    x-forwarded-client-cert x-forwarded-for x-forwarded-host x-forwarded-port \
                    x-forwarded-proto x-request-id\
                    """
                            .split(" +", -1));

    private OneLineHeaders() {}

    /** Whether there is one line of this name at most. */
    public static boolean contains(HeaderName name) {
        return NAMES.contains(name.toString());
    }
}
