package io.postern.config.model;

import java.time.Duration;
import java.util.List;

/**
 * When the gateway sheds load, and how.
 *
 * <p>Source: {@code envoy.config.overload.v3.OverloadManager}.
 *
 * @param refreshInterval how often the monitors look
 * @param maxConnections client connections of all listeners together; 0: any number
 */
public record Overload(
        Duration refreshInterval,
        List<Monitor> monitors,
        List<Action> actions,
        long maxConnections) {
    /** Where nothing is configured: only what the gateway does by itself. */
    public static final Overload NONE =
            new Overload(Duration.ofSeconds(1), List.of(), List.of(), 0);

    public Overload {
        monitors = List.copyOf(monitors);
        actions = List.copyOf(actions);
    }

    /** What measures a pressure: 0 is none, 1 is all there is. */
    public sealed interface Monitor {
        /** As triggers and statistics name it. */
        String name();

        /** Live heap and direct memory, as a share of {@code maxBytes}. */
        record FixedHeap(String name, long maxBytes) implements Monitor {}

        /** The control group's memory; {@code maxBytes} 0: as a share of its own limit. */
        record CgroupMemory(String name, long maxBytes) implements Monitor {}

        /** The machine's processors, all together. */
        record CpuUtilization(String name) implements Monitor {}

        /** A number from 0 to 1 in a file, for tests. */
        record Injected(String name, String file) implements Monitor {}
    }

    /** What is done. */
    public enum Kind {
        STOP_ACCEPTING_REQUESTS("envoy.overload_actions.stop_accepting_requests"),
        DISABLE_HTTP_KEEPALIVE("envoy.overload_actions.disable_http_keepalive"),
        STOP_ACCEPTING_CONNECTIONS("envoy.overload_actions.stop_accepting_connections"),
        REJECT_INCOMING_CONNECTIONS("envoy.overload_actions.reject_incoming_connections"),
        REDUCE_TIMEOUTS("envoy.overload_actions.reduce_timeouts"),
        SHRINK_HEAP("envoy.overload_actions.shrink_heap"),
        SHED_CONNECTIONS("envoy.load_shed_points.tcp_listener_accept"),
        SHED_REQUESTS("envoy.load_shed_points.http_connection_manager_decode_headers");

        private final String envoyName;

        Kind(String envoyName) {
            this.envoyName = envoyName;
        }

        /** The name in configurations and statistics. */
        public String envoyName() {
            return envoyName;
        }
    }

    /**
     * An action and its triggers: the strongest counts.
     *
     * @param timers what REDUCE_TIMEOUTS reduces
     */
    public record Action(Kind kind, List<Trigger> triggers, List<ScaledTimer> timers) {
        public Action {
            triggers = List.copyOf(triggers);
            timers = List.copyOf(timers);
        }
    }

    /**
     * Where an action begins and where it is in full force, as pressures; the same for both: at
     * once.
     */
    public record Trigger(String monitor, double from, double to) {
        /** How strong it is at {@code pressure}: 0 to 1. */
        public double strength(double pressure) {
            if (pressure >= to) {
                return 1;
            }
            return pressure <= from ? 0 : (pressure - from) / (to - from);
        }
    }

    /** A time-out that gets shorter; either its shortest time or the share that is left of it. */
    public record ScaledTimer(Timer timer, Duration least, double leastShare) {}

    /** The time-outs that can be reduced. */
    public enum Timer {
        CONNECTION_IDLE,
        STREAM_IDLE
    }
}
