package io.postern.core.observe;

import io.postern.config.model.RouteMatch.Fraction;
import io.postern.core.format.StreamView;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Logs a share of the streams. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.config.accesslog.v3.RuntimeFilter}.
 *
 * @param byRequestId gateways that see the same request id log the same requests
 */
record SharedLog(Fraction fraction, boolean byRequestId) implements LogFilter {
    private static final HeaderName REQUEST_ID = HeaderName.of("x-request-id");
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final int DIGITS = 8; // as many of a UUID's as Envoy takes

    @Override
    public boolean wants(StreamView view) {
        long number = byRequestId ? number(view.requestHeaders().get(REQUEST_ID)) : -1;
        long chosen = number < 0 ? ofTime(view.streamInfo()) : number;
        return Long.remainderUnsigned(chosen, fraction.denominator()) < fraction.numerator();
    }

    // As good as a random number, without a source that workers would have to share.
    private static long ofTime(StreamInfo info) {
        long time = info.startTimeEpochNanos() + info.durationNanos() * 31 + info.connectionId();
        return (time * GOLDEN_GAMMA) >>> 32;
    }

    private static long number(@Nullable String id) {
        if (id == null || id.length() < DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = Character.digit(id.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
