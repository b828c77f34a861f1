package io.postern.core.runtime;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.concurrent.TimeUnit;

/** What Envoy's router adds to requests that filters make themselves, and to their responses. */
final class InternalHeaders {
    private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
    private static final HeaderName EXPECTED = HeaderName.of("x-envoy-expected-rq-timeout-ms");
    private static final HeaderName SERVICE_TIME = HeaderName.of("x-envoy-upstream-service-time");

    private InternalHeaders() {}

    static void request(HeaderMap head, long timeoutNanos) {
        head.set(INTERNAL, "true");
        if (timeoutNanos > 0) {
            head.set(EXPECTED, Long.toString(TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
        }
    }

    static void response(HeaderMap head, long sinceRequestNanos) {
        head.set(SERVICE_TIME, Long.toString(TimeUnit.NANOSECONDS.toMillis(sinceRequestNanos)));
    }
}
