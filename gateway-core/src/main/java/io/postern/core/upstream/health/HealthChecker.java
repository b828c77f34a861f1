package io.postern.core.upstream.health;

import io.postern.config.model.HealthCheck;
import io.postern.config.model.HealthCheck.Probe.Grpc;
import io.postern.config.model.HealthCheck.Probe.Http;
import io.postern.config.model.HealthCheck.Probe.Tcp;
import io.postern.sdk.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Probes the hosts of one cluster from one event loop. Confined to that loop.
 *
 * <p>Source: {@code envoy.config.core.v3.HealthCheck}.
 */
public final class HealthChecker {
    private final HealthCheck config;
    private final Surroundings around;
    private final Listener listener;
    private final HealthStats stats;
    private final Map<String, HostCheck> hosts = new HashMap<>();

    /**
     * What a checker works with.
     *
     * @param cluster its name
     * @param statName its name in statistics
     * @param hasTraffic whether anybody ever used the cluster
     */
    public record Surroundings(
            String cluster,
            String statName,
            Worker worker,
            RandomGenerator random,
            ProbeSockets sockets,
            BooleanSupplier hasTraffic) {}

    /** Who hears what the checks say. Called on the event loop. */
    public interface Listener {
        /** The first result of a host, or one that changes what is known. */
        void onHealth(ProbeTarget target, Health health, boolean first);

        /** A line for the event log. */
        void onEvent(HealthEvent event);
    }

    /** A checker that probes nobody yet. */
    public HealthChecker(HealthCheck config, Surroundings around, Listener listener) {
        this.config = config;
        this.around = around;
        this.listener = listener;
        this.stats = new HealthStats(around.worker().metrics(), around.statName());
    }

    /** Probes these from now on, and no others; one that is known goes on as it was. */
    public void hosts(List<ProbeTarget> targets) {
        Map<String, HostCheck> before = new HashMap<>(hosts);
        for (ProbeTarget target : targets) {
            HostCheck known = before.get(target.key());
            if (known != null && known.target().equals(target)) {
                before.remove(target.key());
            } else {
                HostCheck check = new HostCheck(this, target, probe(target));
                hosts.put(target.key(), check);
                check.start();
            }
        }
        before.forEach((key, check) -> {
            check.stop();
            hosts.remove(key, check);
        });
    }

    /** Probes nobody any more. */
    public void stop() {
        hosts(List.of());
    }

    private Probe probe(ProbeTarget target) {
        return switch (config.probe()) {
            case Http http -> new HttpProbe(http, this, target);
            case Tcp tcp -> new TcpProbe(tcp, this, target);
            case Grpc grpc -> new GrpcProbe(grpc, this, target);
        };
    }

    HealthCheck config() {
        return config;
    }

    String cluster() {
        return around.cluster();
    }

    Worker worker() {
        return around.worker();
    }

    ProbeSockets sockets() {
        return around.sockets();
    }

    HealthStats stats() {
        return stats;
    }

    boolean hasTraffic() {
        return around.hasTraffic().getAsBoolean();
    }

    long random(long below) {
        return around.random().nextLong(below);
    }

    void tell(ProbeTarget target, Health health, boolean first) {
        listener.onHealth(target, health, first);
    }

    void log(
            ProbeTarget target, Outcome outcome, boolean first, boolean wasHealthy, Health health) {
        if (config.eventLogPath().isEmpty()) {
            return;
        }
        if (health.healthy() && (!wasHealthy || first)) {
            event(HealthEvent.Kind.ADD_HEALTHY, target, outcome, first);
        } else if (!health.healthy() && wasHealthy) {
            event(HealthEvent.Kind.EJECT_UNHEALTHY, target, outcome, first);
        }
        if (!outcome.isSuccess() && (first || config.alwaysLogFailures())) {
            event(HealthEvent.Kind.HEALTH_CHECK_FAILURE, target, outcome, first);
        }
        if (outcome.isSuccess() && config.alwaysLogSuccess()) {
            event(HealthEvent.Kind.SUCCESSFUL_HEALTH_CHECK, target, outcome, first);
        }
    }

    private void event(HealthEvent.Kind kind, ProbeTarget target, Outcome outcome, boolean first) {
        listener.onEvent(
                new HealthEvent(
                        kind,
                        type(),
                        target,
                        around.cluster(),
                        failure(outcome),
                        first,
                        around.worker().epochNanos()));
    }

    private String type() {
        return switch (config.probe()) {
            case Http _ -> "HTTP";
            case Tcp _ -> "TCP";
            case Grpc _ -> "GRPC";
        };
    }

    private static String failure(Outcome outcome) {
        return switch (outcome) {
            case HEALTHY, DEGRADED, UNHEALTHY, EXCLUDED, RETRIABLE -> "ACTIVE";
            case NETWORK -> "NETWORK";
            case TIMEOUT -> "NETWORK_TIMEOUT";
        };
    }
}
