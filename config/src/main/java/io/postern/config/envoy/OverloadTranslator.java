package io.postern.config.envoy;

import io.envoyproxy.envoy.config.overload.v3.LoadShedPoint;
import io.envoyproxy.envoy.config.overload.v3.OverloadAction;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig.ScaleTimer;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig.TimerType;
import io.envoyproxy.envoy.extensions.resource_monitors.cgroup_memory.v3.CgroupMemoryConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig;
import io.postern.config.model.Overload;
import io.postern.config.model.Overload.Action;
import io.postern.config.model.Overload.Kind;
import io.postern.config.model.Overload.Monitor;
import io.postern.config.model.Overload.ScaledTimer;
import io.postern.config.model.Overload.Timer;
import io.postern.config.model.Overload.Trigger;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.overload.v3.OverloadManager}. */
final class OverloadTranslator {
    private static final String OVERLOAD = "envoy.config.overload.v3.";
    private static final String MONITORS = "envoy.extensions.resource_monitors.";
    private static final String FIXED_HEAP = MONITORS + "fixed_heap.v3.FixedHeapConfig";
    private static final String CGROUP = MONITORS + "cgroup_memory.v3.CgroupMemoryConfig";
    private static final String CPU = MONITORS + "cpu_utilization.v3.CpuUtilizationConfig";
    private static final String INJECTED = MONITORS + "injected_resource.v3.InjectedResourceConfig";
    private static final String CONNECTIONS =
            MONITORS + "downstream_connections.v3.DownstreamConnectionsConfig";
    private static final String TIMERS = OVERLOAD + "ScaleTimersOverloadActionConfig";
    private static final String RESET_STREAMS = "envoy.overload_actions.reset_high_memory_stream";

    private final Translation translation;

    OverloadTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(OVERLOAD + "OverloadManager")
                        .reads("refresh_interval", "resource_monitors", "actions")
                        .partly(
                                "loadshed_points",
                                "tcp_listener_accept and http_connection_manager_decode_headers")
                        .accepts(
                                "no stream can hold more than its buffer limits",
                                "buffer_factory_config"),
                MessageSupport.of(OVERLOAD + "ResourceMonitor").reads("name", "typed_config"),
                MessageSupport.of(OVERLOAD + "OverloadAction")
                        .reads("name", "triggers", "typed_config"),
                MessageSupport.of(OVERLOAD + "LoadShedPoint").reads("name", "triggers"),
                MessageSupport.of(OVERLOAD + "Trigger").reads("name", "threshold", "scaled"),
                MessageSupport.of(OVERLOAD + "ThresholdTrigger").reads("value"),
                MessageSupport.of(OVERLOAD + "ScaledTrigger")
                        .reads("scaling_threshold", "saturation_threshold"),
                MessageSupport.of(TIMERS).reads("timer_scale_factors"),
                MessageSupport.of(TIMERS + ".ScaleTimer")
                        .partly(
                                "timer",
                                "HTTP_DOWNSTREAM_CONNECTION_IDLE and HTTP_DOWNSTREAM_STREAM_IDLE;"
                                        + " others are accepted with a warning")
                        .reads("min_timeout", "min_scale"),
                MessageSupport.of(FIXED_HEAP).reads("max_heap_size_bytes"),
                MessageSupport.of(CGROUP).reads("max_memory_bytes"),
                MessageSupport.of(CPU).accepts("the machine's processors are looked at", "mode"),
                MessageSupport.of(INJECTED).reads("filename"),
                MessageSupport.of(CONNECTIONS).reads("max_active_downstream_connections"));
    }

    Overload translate(OverloadManager manager, Spot spot) {
        var monitors = new ArrayList<Monitor>();
        long maxConnections = 0;
        var monitorsSpot = spot.field("resource_monitors");
        for (int i = 0; i < manager.getResourceMonitorsCount(); i++) {
            var message = manager.getResourceMonitors(i);
            if (Translation.is(message.getTypedConfig(), CONNECTIONS)) {
                maxConnections =
                        Translation.unpack(
                                        message.getTypedConfig(),
                                        DownstreamConnectionsConfig.parser())
                                .getMaxActiveDownstreamConnections();
                continue;
            }
            var monitor = monitor(message, monitorsSpot.index(i));
            if (monitor != null) {
                monitors.add(monitor);
            }
        }
        var names = monitors.stream().map(Monitor::name).collect(Collectors.toSet());
        return new Overload(
                translation.duration(
                        manager.hasRefreshInterval(),
                        manager.getRefreshInterval(),
                        Overload.NONE.refreshInterval(),
                        spot.field("refresh_interval")),
                monitors,
                actions(manager, names, spot),
                maxConnections);
    }

    private @Nullable Monitor monitor(ResourceMonitor monitor, Spot spot) {
        var name = monitor.getName();
        var any = monitor.getTypedConfig();
        if (any.getTypeUrl().isEmpty()) {
            translation.error(
                    spot, "the resource monitor \"" + name + "\" has no typed_config", "");
            return null;
        }
        if (Translation.is(any, FIXED_HEAP)) {
            return new Monitor.FixedHeap(
                    name, Translation.unpack(any, FixedHeapConfig.parser()).getMaxHeapSizeBytes());
        }
        if (Translation.is(any, CGROUP)) {
            return new Monitor.CgroupMemory(
                    name, Translation.unpack(any, CgroupMemoryConfig.parser()).getMaxMemoryBytes());
        }
        if (Translation.is(any, INJECTED)) {
            return new Monitor.Injected(
                    name, Translation.unpack(any, InjectedResourceConfig.parser()).getFilename());
        }
        return Translation.is(any, CPU) ? new Monitor.CpuUtilization(name) : null;
    }

    private List<Action> actions(OverloadManager manager, Set<String> monitors, Spot spot) {
        var actions = new ArrayList<Action>();
        var seen = new HashSet<String>();
        var at = spot.field("actions");
        for (int i = 0; i < manager.getActionsCount(); i++) {
            OverloadAction action = manager.getActions(i);
            var kind = kind(action.getName(), seen, at.index(i).field("name"));
            if (kind != null) {
                actions.add(
                        new Action(
                                kind,
                                triggers(action.getTriggersList(), monitors, at.index(i)),
                                timers(action, at.index(i).field("typed_config"))));
            }
        }
        at = spot.field("loadshed_points");
        for (int i = 0; i < manager.getLoadshedPointsCount(); i++) {
            LoadShedPoint point = manager.getLoadshedPoints(i);
            var kind = kind(point.getName(), seen, at.index(i).field("name"));
            if (kind != null) {
                var triggers = triggers(point.getTriggersList(), monitors, at.index(i));
                actions.add(new Action(kind, triggers, List.of()));
            }
        }
        return actions;
    }

    private @Nullable Kind kind(String name, Set<String> seen, Spot spot) {
        if (!seen.add(name)) {
            translation.error(spot, "the action " + name + " is configured twice");
        }
        for (Kind kind : Kind.values()) {
            if (kind.envoyName().equals(name)) {
                return kind;
            }
        }
        if (name.equals(RESET_STREAMS)) {
            translation.warning(
                    spot, "no effect: no stream can hold more than its buffer limits", "");
            return null;
        }
        var known = Arrays.stream(Kind.values()).map(Kind::envoyName).collect(Collectors.toSet());
        translation.error(
                spot, "not supported yet: the overload action " + name, Nearest.cure(name, known));
        return null;
    }

    private List<Trigger> triggers(
            List<io.envoyproxy.envoy.config.overload.v3.Trigger> triggers,
            Set<String> monitors,
            Spot owner) {
        return Translation.each(
                triggers,
                owner.field("triggers"),
                (trigger, spot) -> {
                    if (!monitors.contains(trigger.getName())) {
                        translation.error(
                                spot.field("name"),
                                "no resource monitor is named \"" + trigger.getName() + "\"",
                                Nearest.cure(trigger.getName(), monitors));
                    }
                    if (!trigger.hasScaled()) {
                        double value = trigger.getThreshold().getValue();
                        return new Trigger(trigger.getName(), value, value);
                    }
                    double from = trigger.getScaled().getScalingThreshold();
                    double to = trigger.getScaled().getSaturationThreshold();
                    if (from >= to) {
                        translation.error(
                                spot.field("scaled"),
                                "scaling_threshold must be less than saturation_threshold");
                    }
                    return new Trigger(trigger.getName(), from, to);
                });
    }

    private List<ScaledTimer> timers(OverloadAction action, Spot spot) {
        if (!Translation.is(action.getTypedConfig(), TIMERS)) {
            return List.of();
        }
        var config =
                Translation.unpack(
                        action.getTypedConfig(), ScaleTimersOverloadActionConfig.parser());
        var timers = new ArrayList<ScaledTimer>();
        for (int i = 0; i < config.getTimerScaleFactorsCount(); i++) {
            ScaleTimer scaled = config.getTimerScaleFactors(i);
            var at = spot.field("timer_scale_factors").index(i);
            Timer timer = timer(scaled.getTimer());
            if (timer == null) {
                translation.warning(
                        at.field("timer"), scaled.getTimer() + " is not reduced here", "");
                continue;
            }
            timers.add(
                    scaled.hasMinTimeout()
                            ? new ScaledTimer(
                                    timer,
                                    translation.duration(
                                            scaled.getMinTimeout(), at.field("min_timeout")),
                                    0)
                            : new ScaledTimer(
                                    timer, Duration.ZERO, scaled.getMinScale().getValue() / 100));
        }
        return timers;
    }

    private static @Nullable Timer timer(TimerType type) {
        return switch (type) {
            case HTTP_DOWNSTREAM_CONNECTION_IDLE -> Timer.CONNECTION_IDLE;
            case HTTP_DOWNSTREAM_STREAM_IDLE -> Timer.STREAM_IDLE;
            default -> null;
        };
    }
}
