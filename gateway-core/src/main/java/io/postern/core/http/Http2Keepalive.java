package io.postern.core.http;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends a PING now and then and closes the connection when one is not answered in time. Source:
 * {@code envoy.config.core.v3.KeepaliveSettings}. Confined to the event loop.
 */
final class Http2Keepalive {
    private final Http2Codec codec;
    private final Duration interval;
    private final Duration timeout;
    private boolean outstanding;

    Http2Keepalive(Http2Codec codec, Duration interval, Duration timeout) {
        this.codec = codec;
        this.interval = interval;
        this.timeout = timeout;
    }

    void start() {
        if (interval.isPositive()) {
            later(this::ping, interval);
        }
    }

    void heardAnswer() {
        outstanding = false;
    }

    private void ping() {
        if (!codec.isGone()) {
            outstanding = true;
            codec.sendPing();
            later(this::check, timeout);
        }
    }

    private void check() {
        if (outstanding) {
            codec.close();
        } else {
            start();
        }
    }

    private void later(Runnable step, Duration delay) {
        EventExecutor loop = codec.context().executor();
        if (!codec.isGone()) {
            var _ = loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
