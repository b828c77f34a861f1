package io.postern.core.headers;

import io.postern.config.model.RouterOptions;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.util.Arrays;
import java.util.List;

/**
 * The headers with which the router talks to trusted clients and to upstreams.
 *
 * <p>Source: Envoy's "Router: HTTP headers". Confined to one event loop: it has a scratch buffer.
 */
public final class RouterHeaders {
    private static final HeaderName TIMEOUT = HeaderName.of("x-envoy-upstream-rq-timeout-ms");
    private static final HeaderName PER_TRY_TIMEOUT =
            HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms");
    private static final HeaderName EXPECTED_TIMEOUT =
            HeaderName.of("x-envoy-expected-rq-timeout-ms");
    private static final HeaderName ATTEMPT_COUNT = HeaderName.of("x-envoy-attempt-count");
    private static final HeaderName SERVICE_TIME = HeaderName.of("x-envoy-upstream-service-time");
    private static final HeaderName ORIGINAL_HOST = HeaderName.of("x-envoy-original-host");
    private static final HeaderName FORWARDED_HOST = HeaderName.of("x-forwarded-host");
    private static final NameSet FOR_THE_ROUTER =
            NameSet.of(
                    "x-envoy-hedge-on-per-try-timeout",
                    "x-envoy-max-retries",
                    "x-envoy-retriable-header-names",
                    "x-envoy-retriable-status-codes",
                    "x-envoy-retry-grpc-on",
                    "x-envoy-retry-on",
                    "x-envoy-upstream-alt-stat-name",
                    "x-envoy-upstream-rq-timeout-alt-response",
                    "x-envoy-upstream-stream-duration-ms");

    private final RouterOptions options;
    private final OctetBuffer scratch = new OctetBuffer();

    public RouterHeaders(RouterOptions options) {
        this.options = options;
    }

    /** Takes the time-out a trusted client asks for; without one, {@code ofRoute}. 0: none. */
    public long takeTimeoutMillis(HeaderMap head, long ofRoute) {
        int expected = options.respectExpectedTimeout() ? head.indexOf(EXPECTED_TIMEOUT) : -1;
        if (expected < 0) {
            return take(head, TIMEOUT, ofRoute);
        }
        long value = decimal(head, expected);
        return value < 0 ? ofRoute : value;
    }

    /** Takes the time-out of one attempt; 0, none, when it is no shorter than the whole one. */
    public long takePerTryTimeoutMillis(HeaderMap head, long ofRoute, long timeoutMillis) {
        long perTry = take(head, PER_TRY_TIMEOUT, ofRoute);
        return timeoutMillis != 0 && perTry >= timeoutMillis ? 0 : perTry;
    }

    /**
     * Tells the upstream how long the answer may take, if there is a limit: no longer than what is
     * left of the whole time-out, of which {@code elapsedMillis} have passed.
     *
     * @param asGrpc whether grpc-timeout says the same (max_grpc_timeout)
     */
    public void setExpectedTimeout(
            HeaderMap head,
            long timeoutMillis,
            long perTryMillis,
            long elapsedMillis,
            boolean asGrpc) {
        long expected = perTryMillis > 0 ? perTryMillis : timeoutMillis;
        if (expected <= 0) {
            return;
        }
        if (timeoutMillis > 0) {
            // Out of time is 1: 0 would be for ever.
            expected = Math.min(expected, Math.max(1, timeoutMillis - elapsedMillis));
        }
        if (!options.suppressHeaders()) {
            setDecimal(head, EXPECTED_TIMEOUT, expected);
        }
        if (asGrpc) {
            head.set(GrpcTimeouts.HEADER, GrpcTimeouts.text(expected));
        }
    }

    /** Tells the upstream or the client which attempt this is, from 1. */
    public void setAttemptCount(HeaderMap head, int attempt) {
        setDecimal(head, ATTEMPT_COUNT, attempt);
    }

    /** Tells the client how long the upstream took to answer. */
    public void setUpstreamServiceTime(HeaderMap response, long millis) {
        if (!options.suppressHeaders()) {
            setDecimal(response, SERVICE_TIME, millis);
        }
    }

    /** A reply of the router's own in which only x-envoy headers are additional. */
    public LocalReply reply(LocalReply reply) {
        return options.suppressHeaders()
                ? new LocalReply(
                        reply.status(),
                        reply.details(),
                        reply.body(),
                        List.of(),
                        reply.grpcStatus())
                : reply;
    }

    /** Removes what was said to the router only; after the retry policy has read it. */
    public void removeRouterHeaders(HeaderMap head) {
        FOR_THE_ROUTER.removeFrom(head);
    }

    /** Sets the authority and keeps the old one in x-envoy-original-host. */
    public void rewriteHost(HeaderMap head, byte[] host, boolean appendForwardedHost) {
        rewriteHost(head, host, appendForwardedHost, !options.suppressHeaders(), scratch);
    }

    static void rewriteHost(
            HeaderMap head,
            byte[] host,
            boolean appendForwarded,
            boolean keepOriginal,
            OctetBuffer scratch) {
        int old = head.indexOf(HeaderName.AUTHORITY);
        if (old >= 0 && head.valueLength(old) > 0) {
            byte[] original = head.valueOctets(old);
            if (keepOriginal) {
                head.set(ORIGINAL_HOST, original);
            }
            if (appendForwarded) {
                appendForwardedHost(head, original, scratch);
            }
        }
        head.set(HeaderName.AUTHORITY, host);
    }

    private static void appendForwardedHost(HeaderMap head, byte[] host, OctetBuffer scratch) {
        int index = head.indexOf(FORWARDED_HOST);
        if (index < 0 || head.valueLength(index) == 0) {
            head.set(FORWARDED_HOST, host);
            return;
        }
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        int from = end;
        while (from > start && head.octets()[from - 1] != ',') {
            from--;
        }
        if (Arrays.equals(head.octets(), from, end, host, 0, host.length)) {
            return; // already the last one
        }
        scratch.clear();
        scratch.append(head.octets(), start, end - start);
        scratch.append(',');
        scratch.append(host);
        head.setValue(index, scratch.array(), 0, scratch.length());
    }

    private void setDecimal(HeaderMap head, HeaderName name, long value) {
        scratch.clear();
        scratch.appendDecimal(value);
        int index = head.indexOf(name);
        if (index < 0) {
            head.add(name, ""); // room first: the value comes from the scratch buffer
            index = head.size() - 1;
        }
        head.setValue(index, scratch.array(), 0, scratch.length());
    }

    private static long take(HeaderMap head, HeaderName name, long otherwise) {
        int index = head.indexOf(name);
        if (index < 0) {
            return otherwise;
        }
        long value = decimal(head, index);
        head.remove(name);
        return value < 0 ? otherwise : value;
    }

    private static long decimal(HeaderMap head, int index) {
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        if (length == 0 || length > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = head.octets()[start + i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
