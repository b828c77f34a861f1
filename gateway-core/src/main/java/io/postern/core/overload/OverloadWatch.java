package io.postern.core.overload;

import io.postern.config.model.Overload;
import io.postern.config.model.Overload.Action;
import io.postern.config.model.Overload.Kind;
import io.postern.config.model.Overload.Monitor;
import io.postern.config.model.Overload.Trigger;
import io.postern.sdk.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads the monitors again and again and makes the {@link OverloadState} of it. Without any
 * configuration it stops accepting requests while the live heap or the direct memory is all but
 * used up: to answer 503 to some is better than to fail all. Control thread.
 *
 * <p>Source: Envoy's {@code OverloadManagerImpl}.
 */
public final class OverloadWatch {
    /** Of this share of its memory the gateway accepts no more requests. */
    static final double OWN_LIMIT = 0.95;

    private static final String OWN_MONITOR = "postern.memory";
    private static final long BETWEEN_COLLECTIONS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Overload config;
    private final OverloadState state;
    private final MemoryUse memory;
    private final Consumer<Boolean> accepting;
    private final List<Watched> watched = new ArrayList<>();
    private final List<Action> actions;
    private final Map<Kind, Gauges> gauges = new EnumMap<>(Kind.class);
    private final Map<String, Double> pressures = new HashMap<>();
    private long lastCollection;

    private record Watched(
            String name, Pressure pressure, Metrics.Gauge percent, Metrics.Counter failures) {}

    private record Gauges(Metrics.Gauge active, Metrics.Gauge percent) {}

    /**
     * @param metrics of the process
     * @param accepting is told after each look whether listeners are to accept connections
     */
    public OverloadWatch(
            Overload config,
            OverloadState state,
            MemoryUse memory,
            Metrics metrics,
            Consumer<Boolean> accepting) {
        this.config = config;
        this.state = state;
        this.memory = memory;
        this.accepting = accepting;
        for (Monitor monitor : config.monitors()) {
            watch(monitor.name(), Pressure.of(monitor, memory), metrics);
        }
        watch(OWN_MONITOR, Pressure.ofOwnMemory(memory), metrics);
        this.actions = new ArrayList<>(config.actions());
        actions.add(
                new Action(
                        Kind.STOP_ACCEPTING_REQUESTS,
                        List.of(new Trigger(OWN_MONITOR, OWN_LIMIT, OWN_LIMIT)),
                        List.of()));
        for (Action action : actions) {
            String prefix = "overload." + action.kind().envoyName() + ".";
            gauges.computeIfAbsent(
                    action.kind(),
                    _ ->
                            new Gauges(
                                    metrics.gauge(prefix + "active"),
                                    metrics.gauge(prefix + "scale_percent")));
        }
    }

    private void watch(String name, Pressure pressure, Metrics metrics) {
        String prefix = "overload." + name + ".";
        watched.add(
                new Watched(
                        name,
                        pressure,
                        metrics.gauge(prefix + "pressure"),
                        metrics.counter(prefix + "failed_updates")));
    }

    /** Looks now and from now on. */
    public void start(ScheduledExecutorService timer) {
        look(System.nanoTime());
        long nanos = Math.max(1, config.refreshInterval().toNanos());
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> look(System.nanoTime()), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Reads every monitor once; one that cannot be read keeps its last pressure, as in Envoy. */
    void look(long nowNanos) {
        for (Watched one : watched) {
            try {
                double pressure = one.pressure.read();
                pressures.put(one.name, pressure);
                one.percent.set((long) (pressure * 100));
            } catch (IOException _) {
                one.failures.add(1);
            }
        }
        double[] next = strengths();
        state.become(next);
        collectIfNeeded(nowNanos);
        accepting.accept(state.strength(Kind.STOP_ACCEPTING_CONNECTIONS) < 1);
    }

    @SuppressWarnings("EnumOrdinal") // an array of the kinds of one process
    private double[] strengths() {
        double[] strengths = new double[Kind.values().length];
        for (Action action : actions) {
            double strongest = strengths[action.kind().ordinal()];
            for (Trigger trigger : action.triggers()) {
                double pressure = pressures.getOrDefault(trigger.monitor(), 0.0);
                strongest = Math.max(strongest, trigger.strength(pressure));
            }
            strengths[action.kind().ordinal()] = strongest;
        }
        gauges.forEach((kind, of) -> {
            of.active.set(strengths[kind.ordinal()] >= 1 ? 1 : 0);
            of.percent.set((long) (strengths[kind.ordinal()] * 100));
        });
        return strengths;
    }

    // What is alive on the heap is known after a collection only: while that sheds load, and
    // nothing is collected because little is served, the answer would stay what it was.
    private void collectIfNeeded(long nowNanos) {
        boolean stale = pressures.getOrDefault(OWN_MONITOR, 0.0) >= OWN_LIMIT;
        boolean asked = state.strength(Kind.SHRINK_HEAP) >= 1;
        if ((stale || asked) && nowNanos - lastCollection >= BETWEEN_COLLECTIONS_NANOS) {
            lastCollection = nowNanos;
            memory.collect();
        }
    }
}
