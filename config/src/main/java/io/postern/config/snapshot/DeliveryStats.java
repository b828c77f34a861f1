package io.postern.config.snapshot;

import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.xds.Update;
import io.postern.sdk.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Counters of deliveries with Envoy's names: {@code cluster_manager.cds.*}, {@code
 * listener_manager.lds.*}, and of each resource of another type, {@code cluster.NAME.*} for its
 * endpoints for example. Control thread.
 */
final class DeliveryStats {
    private final Metrics metrics;
    private final Map<String, Counters> counters = new HashMap<>();

    private record Counters(
            Metrics.Counter attempt,
            Metrics.Counter success,
            Metrics.Counter failure,
            Metrics.Counter rejected,
            Metrics.Counter initFetchTimeout,
            Metrics.Gauge version) {}

    DeliveryStats(Metrics metrics) {
        this.metrics = metrics;
        var _ = of("cluster_manager.cds.");
        var _ = of("listener_manager.lds.");
    }

    private Counters of(String prefix) {
        return counters.computeIfAbsent(
                prefix,
                _ ->
                        new Counters(
                                metrics.counter(prefix + "update_attempt"),
                                metrics.counter(prefix + "update_success"),
                                metrics.counter(prefix + "update_failure"),
                                metrics.counter(prefix + "update_rejected"),
                                metrics.counter(prefix + "init_fetch_timeout"),
                                metrics.gauge(prefix + "version")));
    }

    private static String prefix(ResourceType type, String name) {
        return switch (type) {
            case CLUSTER -> "cluster_manager.cds.";
            case LISTENER -> "listener_manager.lds.";
            case ENDPOINTS -> "cluster." + name + ".";
            case SECRET -> "sds." + name + ".";
            case ROUTES -> "rds." + name + ".";
            case SCOPED_ROUTES -> "scoped_rds.";
            case VIRTUAL_HOST -> "vhds.";
            case EXTENSION -> "extension_config_discovery.http_filter." + name + ".";
            case RUNTIME -> "runtime.";
        };
    }

    void runtime(RuntimeLayers runtime) {
        Set<String> keys = new LinkedHashSet<>();
        for (RuntimeLayers.Layer layer : runtime.layers()) {
            keys.addAll(layer.values().keySet());
            if (layer.admin()) {
                metrics.gauge("runtime.admin_overrides_active")
                        .set(layer.values().isEmpty() ? 0 : 1);
            }
        }
        metrics.gauge("runtime.num_keys").set(keys.size());
        metrics.gauge("runtime.num_layers").set(runtime.layers().size());
    }

    /** Who told us; empty: it did not say. */
    void heardFrom(String controlPlane) {
        if (!controlPlane.isEmpty()) {
            metrics.text("control_plane.identifier", controlPlane);
        }
    }

    void attempted(ResourceType type) {
        if (type == ResourceType.CLUSTER || type == ResourceType.LISTENER) {
            of(prefix(type, "")).attempt().add(1);
        }
    }

    void updated(ResourceType type, Update update, Intake.Taken taken, boolean accepted) {
        Set<String> prefixes = new LinkedHashSet<>();
        taken.resources().forEach(one -> prefixes.add(prefix(type, one.name())));
        taken.errors().keySet().forEach(name -> prefixes.add(prefix(type, name)));
        if (type == ResourceType.CLUSTER || type == ResourceType.LISTENER) {
            prefixes.add(prefix(type, ""));
        }
        for (String prefix : prefixes) {
            Counters one = of(prefix);
            if (accepted) {
                one.success().add(1);
                one.version().set(number(update.version()));
            } else {
                one.rejected().add(1);
            }
        }
    }

    void failed(ResourceType type) {
        if (type == ResourceType.CLUSTER || type == ResourceType.LISTENER) {
            of(prefix(type, "")).failure().add(1);
        }
    }

    void timedOut(ResourceType type) {
        if (type == ResourceType.CLUSTER || type == ResourceType.LISTENER) {
            of(prefix(type, "")).initFetchTimeout().add(1);
        }
    }

    // A number by which versions can be told apart, as Envoy has one.
    private static long number(String version) {
        var sum = new CRC32C();
        sum.update(version.getBytes(StandardCharsets.UTF_8));
        return version.isEmpty() ? 0 : sum.getValue();
    }
}
