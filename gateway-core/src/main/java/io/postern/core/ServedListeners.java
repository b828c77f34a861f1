package io.postern.core;

import io.postern.config.model.Listener;
import io.postern.config.model.RouteTable;
import io.postern.core.listener.ActiveListener;
import io.postern.core.route.CompiledRoutes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a process and the filter chains that are still draining. Any control thread;
 * methods hold its lock.
 */
final class ServedListeners {
    private final ListenerParts parts;
    private final ScheduledExecutorService timer;
    private final Duration drainTime;
    private final boolean gradually;
    private final Map<String, ServedListener> byName = new LinkedHashMap<>();
    private final Set<ServedChain> draining = new LinkedHashSet<>();
    private final ListenerTally tally;
    private volatile List<ActiveListener> active = List.of();

    /**
     * No listeners yet.
     *
     * @param drain how connections of replaced and removed chains end
     */
    ServedListeners(ListenerParts parts, ScheduledExecutorService timer, Gateway.Drain drain) {
        this.parts = parts;
        this.timer = timer;
        this.drainTime = drain.time();
        this.gradually = drain.gradually();
        this.tally = new ListenerTally(parts.settings().stats().shared());
    }

    /**
     * Makes {@code next} the listeners there are, as far as they work: one that does not stays what
     * it was.
     *
     * @return by name, why a listener does not work
     */
    synchronized Map<String, String> apply(List<Listener> next) {
        Map<String, String> errors = new LinkedHashMap<>();
        var compiled = new IdentityHashMap<RouteTable, CompiledRoutes>();
        Set<String> gone = new LinkedHashSet<>(byName.keySet());
        next.forEach(listener -> gone.remove(listener.name()));
        gone.forEach(this::remove); // first: another one may want the address
        List<Listener> inTheWay = new ArrayList<>();
        for (Listener listener : next) {
            if (holderOfItsAddress(listener) == null) {
                apply(listener, compiled, errors);
            } else {
                inTheWay.add(listener);
            }
        }
        // Whoever was in the way may have moved on.
        for (Listener listener : inTheWay) {
            ServedListener holder = holderOfItsAddress(listener);
            if (holder == null) {
                apply(listener, compiled, errors);
            } else {
                Listener other = holder.active().config();
                errors.put(
                        listener.name(),
                        "duplicate address %s: listener '%s' has it (expected: one of its own)"
                                .formatted(listener.sharedWith(other), other.name()));
                tally.failed();
            }
        }
        active = byName.values().stream().map(ServedListener::active).toList();
        tally.active(byName.size(), draining.size());
        return errors;
    }

    // Sockets that share a port would both be opened, and connections go to either.
    private @Nullable ServedListener holderOfItsAddress(Listener next) {
        for (ServedListener other : byName.values()) {
            Listener config = other.active().config();
            if (!config.name().equals(next.name()) && next.sharedWith(config) != null) {
                return other;
            }
        }
        return null;
    }

    private void apply(
            Listener next,
            IdentityHashMap<RouteTable, CompiledRoutes> compiled,
            Map<String, String> errors) {
        try {
            apply(next, compiled);
        } catch (RuntimeException e) {
            errors.put(next.name(), String.valueOf(e.getMessage()));
            tally.failed();
        }
    }

    private void apply(Listener next, IdentityHashMap<RouteTable, CompiledRoutes> compiled) {
        ServedListener before = byName.get(next.name());
        if (before != null && before.canBecome(next)) {
            if (!before.active().config().equals(next)) {
                before.become(
                        next,
                        table -> compiled.computeIfAbsent(table, CompiledRoutes::compile),
                        this::drainAway);
                tally.modified();
            }
            return;
        }
        ServedListener made =
                ServedListener.open(
                        parts,
                        next,
                        table -> compiled.computeIfAbsent(table, CompiledRoutes::compile));
        byName.put(next.name(), made);
        if (before == null) {
            tally.added();
        } else {
            tally.modified();
            before.active().close();
            drainAway(before.all());
        }
    }

    private void remove(String name) {
        ServedListener gone = byName.remove(name);
        if (gone != null) {
            gone.active().close();
            drainAway(gone.all());
            tally.removed();
        }
    }

    private void drainAway(List<ServedChain> gone) {
        for (ServedChain chain : gone) {
            draining.add(chain);
            var drained = chain.drain(gradually ? drainTime : Duration.ZERO);
            var atLast =
                    timer.schedule(() -> close(chain), drainTime.toMillis(), TimeUnit.MILLISECONDS);
            var _ =
                    drained.thenRunAsync(
                            () -> {
                                atLast.cancel(false);
                                close(chain);
                            },
                            parts.control());
        }
    }

    private synchronized void close(ServedChain chain) {
        if (draining.remove(chain)) {
            chain.close();
            tally.active(byName.size(), draining.size());
        }
    }

    /** Lets those that shed load accept connections, or lets new ones wait in the kernel. */
    void accept(boolean accepting) {
        for (ActiveListener listener : active) {
            listener.accept(accepting || listener.config().bypassesOverload());
        }
    }

    /** Those that accept; does not wait for an update under way. */
    List<ActiveListener> active() {
        return active;
    }

    /** Stops accepting and lets every connection end; completes when they have. */
    synchronized CompletableFuture<?> drain() {
        byName.values().forEach(listener -> listener.active().close());
        var drained = new ArrayList<CompletableFuture<?>>();
        byName.values()
                .forEach(listener ->
                        listener.all().forEach(chain -> drained.add(chain.drain(Duration.ZERO))));
        draining.forEach(chain -> drained.add(chain.drain(Duration.ZERO)));
        return CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new));
    }

    synchronized void close() {
        byName.values()
                .forEach(listener -> {
                    listener.active().close();
                    listener.all().forEach(ServedChain::close);
                });
        draining.forEach(ServedChain::close);
        byName.clear();
        draining.clear();
    }
}
