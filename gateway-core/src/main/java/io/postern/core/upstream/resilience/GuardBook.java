package io.postern.core.upstream.resilience;

import io.postern.config.model.Resilience;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The guards of routes, by name: a route that keeps its name and its policy through an update keeps
 * its guard, and what that has seen. Thread-safe; used when configurations change, not by requests.
 */
public final class GuardBook {
    private final Clock clock;
    private final Map<Key, Entry> entries = new HashMap<>();

    public GuardBook(Clock clock) {
        this.clock = clock;
    }

    private record Key(String route, Resilience policy) {}

    private static final class Entry {
        private final ResilienceGuard guard;
        private int users;

        Entry(ResilienceGuard guard) {
            this.guard = guard;
        }
    }

    /**
     * The guard of a route; to be given back.
     *
     * @param policy not empty
     */
    public synchronized ResilienceGuard take(String route, Resilience policy) {
        Key key = new Key(route, policy);
        Entry entry = entries.get(key);
        if (entry == null) {
            ResilienceGuard guard = ResilienceGuard.of(policy, route, clock);
            if (guard == null) {
                throw new IllegalArgumentException("an empty policy of the route " + route);
            }
            entry = new Entry(guard);
            entries.put(key, entry);
        }
        entry.users++;
        return entry.guard;
    }

    /** Gives back what {@link #take} gave. */
    public synchronized void give(String route, Resilience policy) {
        Key key = new Key(route, policy);
        Entry entry = entries.get(key);
        if (entry != null && --entry.users == 0) {
            entries.remove(key);
        }
    }

    /** What is shown on /clusters: the state of each guard by the name of its route. */
    public synchronized Map<String, Map<String, String>> state() {
        Map<String, Map<String, String>> state = new TreeMap<>();
        entries.forEach(
                (key, entry) -> state.put(key.route(), new LinkedHashMap<>(entry.guard.state())));
        return state;
    }
}
