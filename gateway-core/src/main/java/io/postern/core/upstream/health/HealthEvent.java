package io.postern.core.upstream.health;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A line of the health check event log. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.data.core.v3.HealthCheckEvent}, as Envoy's file sink writes it.
 */
public record HealthEvent(
        Kind kind,
        String checker,
        ProbeTarget target,
        String cluster,
        String failure,
        boolean first,
        long epochNanos) {
    /** What happened. */
    public enum Kind {
        ADD_HEALTHY("add_healthy_event"),
        EJECT_UNHEALTHY("eject_unhealthy_event"),
        HEALTH_CHECK_FAILURE("health_check_failure_event"),
        SUCCESSFUL_HEALTH_CHECK("successful_health_check_event");

        private final String field;

        Kind(String field) {
            this.field = field;
        }
    }

    /** As JSON, without the end of the line. */
    public String json() {
        var time = Instant.ofEpochSecond(0, epochNanos);
        return "{\"health_checker_type\":\""
                + checker
                + "\",\"host\":"
                + host()
                + ",\"cluster_name\":\""
                + escaped(cluster)
                + "\",\"timestamp\":\""
                + time
                + "\",\""
                + kind.field
                + "\":"
                + body()
                + "}";
    }

    private String body() {
        return switch (kind) {
            case ADD_HEALTHY -> first ? "{\"first_check\":true}" : "{}";
            case EJECT_UNHEALTHY -> "{\"failure_type\":\"" + failure + "\"}";
            case HEALTH_CHECK_FAILURE ->
                    "{\"failure_type\":\""
                            + failure
                            + "\""
                            + (first ? ",\"first_check\":true" : "")
                            + "}";
            case SUCCESSFUL_HEALTH_CHECK -> "{}";
        };
    }

    private String host() {
        return target.address() instanceof InetSocketAddress inet
                ? "{\"socket_address\":{\"protocol\":\"TCP\",\"address\":\""
                        + inet.getAddress().getHostAddress()
                        + "\",\"port_value\":"
                        + inet.getPort()
                        + "}}"
                : "{\"pipe\":{\"path\":\"" + escaped(target.address().toString()) + "\"}}";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
