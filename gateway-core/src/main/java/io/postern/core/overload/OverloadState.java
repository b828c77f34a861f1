package io.postern.core.overload;

import io.postern.config.model.Overload;
import io.postern.config.model.Overload.Action;
import io.postern.config.model.Overload.Kind;
import io.postern.config.model.Overload.ScaledTimer;
import io.postern.config.model.Overload.Timer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How strong each overload action is now, and how many client connections there are. Thread-safe:
 * {@link OverloadWatch} writes it, the workers read it; asking costs one volatile read.
 */
public final class OverloadState {
    private final Map<Timer, ScaledTimer> timers = new EnumMap<>(Timer.class);
    private final long maxConnections;
    private final AtomicLong connections = new AtomicLong();
    private volatile double[] strengths = new double[Kind.values().length];
    private volatile boolean calm = true; // so that asking costs one read

    /** Nothing is overloaded yet. */
    public OverloadState(Overload config) {
        maxConnections = config.maxConnections();
        for (Action action : config.actions()) {
            action.timers().forEach(scaled -> timers.put(scaled.timer(), scaled));
        }
    }

    /** From now on; {@code next} by the ordinals of the kinds is not changed afterwards. */
    void become(double[] next) {
        strengths = next;
        calm = Arrays.stream(next).allMatch(strength -> strength == 0);
    }

    /** 0: not at all; 1: in full force. */
    @SuppressWarnings("EnumOrdinal") // an array of the kinds of one process
    public double strength(Kind kind) {
        return strengths[kind.ordinal()];
    }

    /** Whether an action is to be taken this time: as often as it is strong. */
    public boolean takes(Kind kind, RandomGenerator random) {
        if (calm) {
            return false;
        }
        double strength = strength(kind);
        return strength >= 1 || (strength > 0 && random.nextDouble() < strength);
    }

    /** How long a time-out of {@code nanos} is now. */
    public long reduced(Timer timer, long nanos) {
        long least = shortest(timer, nanos);
        double strength = least == nanos ? 0 : strength(Kind.REDUCE_TIMEOUTS);
        return strength == 0 ? nanos : nanos - (long) ((nanos - least) * strength);
    }

    /** How short a time-out of {@code nanos} can become. */
    public long shortest(Timer timer, long nanos) {
        @Nullable ScaledTimer scaled = timers.isEmpty() ? null : timers.get(timer);
        if (scaled == null || nanos <= 0) {
            return nanos;
        }
        long least = scaled.least().toNanos() + (long) (nanos * scaled.leastShare());
        return Math.clamp(least, 1, nanos);
    }

    /** Counts a client connection; false when there are too many. */
    public boolean tryConnect() {
        if (maxConnections <= 0) {
            return true;
        }
        if (connections.incrementAndGet() > maxConnections) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A connection that was counted is closed. */
    public void disconnected() {
        if (maxConnections > 0) {
            connections.decrementAndGet();
        }
    }
}
