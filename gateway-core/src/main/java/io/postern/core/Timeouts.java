package io.postern.core;

import io.postern.config.model.Overload.Timer;
import io.postern.core.overload.OverloadState;
import io.postern.core.runtime.DeadlineWheel;
import io.postern.core.runtime.DeadlineWheel.Deadline;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of one exchange on one deadline: the earliest is armed, later ones are looked at
 * when it fires. Touching the idle time-out is one store; the deadline moves when it fires early.
 *
 * <p>Statuses, bodies and details are Envoy's. Confined to the event loop.
 */
final class Timeouts extends Deadline {
    static final long NEVER = Long.MAX_VALUE;

    private final Exchange exchange;
    private final DeadlineWheel wheel;
    private final long idleNanos;
    private long idleOverrideNanos = -1;
    private long lastActivity;
    private long requestAt;
    private long streamAt;
    private long routeAt = NEVER;
    private long routeNanos;
    private long tryAt = NEVER;
    private long tryIdleNanos;
    private long armedAt = NEVER;
    private @Nullable BodyRate bodyRate; // only where bodies have to come at some speed
    private boolean stopped;

    Timeouts(Exchange exchange, long now) {
        this.exchange = exchange;
        FlowParts.Limits limits = exchange.flow.parts().limits();
        wheel = exchange.worker().deadlines();
        idleNanos = limits.streamIdleNanos();
        lastActivity = now;
        requestAt = after(now, limits.requestNanos());
        streamAt = after(now, limits.streamDurationNanos());
        arm();
    }

    /** Something moved. */
    void touched() {
        lastActivity = System.nanoTime();
    }

    /** A body follows that has to come at some speed. */
    void bodyBegins() {
        FlowParts.Limits limits = exchange.flow.parts().limits();
        if (limits.bodyGraceNanos() > 0) {
            bodyRate = new BodyRate(limits, System.nanoTime());
            arm();
        }
    }

    /** The request has arrived whole. */
    void requestReceived() {
        requestAt = NEVER;
        bodyRate = null;
    }

    /** The route is known: its time-outs count now; zero nanoseconds switch one off. */
    void routeChosen(UpstreamTimes times) {
        routeNanos = times.routeNanos();
        idleOverrideNanos = times.idleNanos();
        if (times.durationNanos() >= 0) {
            streamAt = after(exchange.info.startNanos, times.durationNanos());
        }
        arm();
    }

    /** Envoy starts the route's time-out when the whole request has been forwarded. */
    void requestForwardedIf(boolean endOfStream) {
        if (endOfStream && routeAt == NEVER && routeNanos > 0 && !stopped) {
            routeAt = after(System.nanoTime(), routeNanos);
            arm();
        }
    }

    /** Another route is next. */
    void restarted() {
        tryEnded();
        routeAt = NEVER;
        routeNanos = 0;
        idleOverrideNanos = -1;
        touched();
    }

    /** How much of the route's time-out has passed; 0 before it began. */
    long routeElapsedMillis() {
        return routeAt == NEVER
                ? 0
                : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - (routeAt - routeNanos));
    }

    /** One try begins; zero: without a limit, or idle time, of its own. */
    void tryStarted(long timeoutNanos, long idleNanosOfTry) {
        long now = System.nanoTime();
        tryAt = after(now, timeoutNanos);
        tryIdleNanos = idleNanosOfTry;
        if (idleNanosOfTry > 0) {
            lastActivity = now;
        }
        arm();
    }

    /** The try has its answer, or failed. */
    void tryEnded() {
        tryAt = NEVER;
        tryIdleNanos = 0;
    }

    /** No time-out any more. */
    void stop() {
        stopped = true;
        wheel.disarm(this);
    }

    private long idle() {
        if (idleOverrideNanos >= 0) {
            return idleOverrideNanos;
        }
        OverloadState overload = exchange.flow.parts().overload();
        return overload == null ? idleNanos : overload.reduced(Timer.STREAM_IDLE, idleNanos);
    }

    // When to look whether it is idle: one that can be reduced is looked at more often.
    private long nextIdleLook() {
        OverloadState overload = exchange.flow.parts().overload();
        long idle = idle();
        if (overload == null || idleOverrideNanos >= 0) {
            return after(lastActivity, idle);
        }
        long shortest = overload.shortest(Timer.STREAM_IDLE, idleNanos);
        return shortest == idle
                ? after(lastActivity, idle)
                : Math.min(after(lastActivity, idle), after(System.nanoTime(), shortest));
    }

    private void arm() {
        long next = Math.min(Math.min(requestAt, streamAt), Math.min(routeAt, tryAt));
        next = Math.min(next, Math.min(nextIdleLook(), nextLook()));
        next = Math.min(next, after(lastActivity, tryIdleNanos));
        if (!stopped && next < armedAt) {
            armedAt = next;
            wheel.arm(this, next);
        }
    }

    @Override
    protected void onDeadline() {
        armedAt = NEVER;
        if (stopped) {
            return;
        }
        long now = System.nanoTime();
        if (tryAt <= now) {
            tryAt = NEVER;
            UpstreamRequest upstream = exchange.upstream;
            if (upstream != null) {
                upstream.tryTimedOut(false);
            }
        } else if (after(lastActivity, tryIdleNanos) <= now) {
            tryIdleNanos = 0;
            UpstreamRequest upstream = exchange.upstream;
            if (upstream != null) {
                upstream.tryTimedOut(true);
            }
        } else if (routeAt <= now) {
            blameUpstream();
            reply(504, "response_timeout", "upstream request timeout");
        } else if (requestAt <= now) {
            reply(408, "request_overall_timeout", "request timeout");
        } else if (streamAt <= now) {
            exchange.info.flag(ResponseFlag.DURATION_TIMEOUT);
            reply(late(), "max_duration_timeout", "downstream duration timeout");
        } else if (after(lastActivity, idle()) <= now) {
            exchange.info.flag(ResponseFlag.STREAM_IDLE_TIMEOUT);
            reply(late(), "stream_idle_timeout", "stream timeout");
        } else if (nextLook() <= now) {
            lookAtBody(now);
        }
        arm();
    }

    private long nextLook() {
        BodyRate rate = bodyRate;
        return rate == null ? NEVER : rate.nextLook();
    }

    // An answer that has begun makes it a dialogue: then a body may take its time.
    private void lookAtBody(long now) {
        boolean held = exchange.flowControl.takeClientHeld();
        BodyRate rate = bodyRate;
        if (rate == null || exchange.responseStarted()) {
            bodyRate = null;
        } else if (rate.isTooSlow(now, exchange.info.bytesReceived, held)) {
            bodyRate = null;
            reply(408, "minimum_body_rate", "request body too slow");
        }
    }

    // Envoy's maybeRequestTimeoutCode: the client's fault while its request is not complete.
    private int late() {
        return exchange.requestComplete() ? 504 : 408;
    }

    // Of all the time-outs only the route's is the upstream's fault.
    private void blameUpstream() {
        exchange.info.flag(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT);
        UpstreamRequest upstream = exchange.upstream;
        if (upstream != null) {
            upstream.timedOut();
        }
    }

    private void reply(int status, String details, String body) {
        exchange.localReply(
                LocalReply.of(status, details, body.getBytes(StandardCharsets.US_ASCII)));
    }

    private static long after(long start, long nanos) {
        return nanos <= 0 ? NEVER : start + nanos;
    }
}
