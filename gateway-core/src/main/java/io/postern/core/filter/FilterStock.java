package io.postern.core.filter;

import io.postern.config.model.FilterSpec;
import io.postern.config.model.RolloutSpec;
import io.postern.core.rollout.LiveRollout;
import io.postern.core.rollout.LoadedRollout;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The filters of one filter chain that are loaded: each configuration once, for as long as a plan
 * or {@link TakenFilters} use it. A new route table therefore keeps the plugins of the old one,
 * with their state, and so does a rollout: its versions are filters like any other, which its steps
 * and its end share. Control thread; methods hold its lock.
 */
public final class FilterStock {
    private final FilterRegistry registry;
    private final Function<String, FilterScope> scopes;
    private final List<? extends Worker> workers;
    private final Executor control;
    private final Map<Key, Held> held = new HashMap<>();

    /**
     * A filter of the chain with the configuration it has on some route.
     *
     * @param quiet what it does has no effect
     */
    record Key(String filterName, FilterSpec spec, boolean quiet) {
        Key(String filterName, FilterSpec spec) {
            this(filterName, spec, false);
        }

        static Key lastGood(Key of, RolloutSpec rollout) {
            return new Key(of.filterName, rollout.lastGood().spec());
        }

        static Key candidate(Key of, RolloutSpec rollout) {
            boolean quiet = rollout.mode() == RolloutSpec.Mode.SHADOW;
            return new Key(of.filterName, rollout.candidate().spec(), quiet);
        }
    }

    /** A loaded filter, its part on each worker, how many use it, and what it uses itself. */
    private static final class Held {
        private final LoadedFilter loaded;
        private final List<Key> versions;
        private final List<WorkerFilter> parts = new ArrayList<>();
        private int users;

        Held(LoadedFilter loaded, List<Key> versions) {
            this.loaded = loaded;
            this.versions = versions;
        }
    }

    /**
     * Nothing loaded yet.
     *
     * @param scopes where a filter of this name is loaded
     * @param control where filters are closed after their last exchange
     */
    public FilterStock(
            FilterRegistry registry,
            Function<String, FilterScope> scopes,
            List<? extends Worker> workers,
            Executor control) {
        this.registry = registry;
        this.scopes = scopes;
        this.workers = List.copyOf(workers);
        this.control = control;
    }

    /**
     * Counts a user of each, loading what is not loaded yet: side by side, since a plugin or a
     * policy may compile for a while. A rollout's candidate that cannot work is left out of it.
     *
     * @throws io.postern.sdk.FilterLoadException when one cannot work; nothing was counted
     */
    synchronized void take(Collection<Key> wanted) {
        Set<Key> needed = new LinkedHashSet<>();
        Map<Key, RolloutSpec> rollouts = new LinkedHashMap<>();
        Map<Key, String> candidates = new LinkedHashMap<>(); // with their problem
        for (Key key : wanted) {
            if (held.containsKey(key)) {
                continue;
            }
            if (key.spec() instanceof RolloutSpec rollout) {
                rollouts.put(key, rollout);
                needed.add(Key.lastGood(key, rollout));
                candidates.put(Key.candidate(key, rollout), "");
            } else {
                needed.add(key);
            }
        }
        needed.forEach(candidates::remove);
        Set<Key> all = new LinkedHashSet<>(needed);
        all.addAll(candidates.keySet());
        all.removeAll(held.keySet());
        Map<Key, Held> made = loaded(all, candidates);
        made.values().forEach(this::start);
        held.putAll(made);
        rollouts.forEach((key, rollout) -> add(key, rollout, candidates));
        wanted.forEach(key -> get(key).users++);
    }

    private Map<Key, Held> loaded(Set<Key> all, Map<Key, String> candidates) {
        Map<Key, Future<LoadedFilter>> loading = new LinkedHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(key -> loading.put(key, threads.submit(() -> load(key))));
        }
        Map<Key, Held> made = new LinkedHashMap<>();
        try {
            // in the order of the configuration: the parts of plugins may share a machine
            for (var left = loading.entrySet().iterator(); left.hasNext(); ) {
                var next = left.next();
                left.remove();
                Key key = next.getKey();
                try {
                    made.put(key, onWorkers(result(next.getValue()), key.quiet()));
                } catch (FilterLoadException e) {
                    if (candidates.replace(key, String.valueOf(e.getMessage())) == null) {
                        throw e;
                    }
                }
            }
        } catch (RuntimeException e) {
            made.values().forEach(this::close);
            loading.values().stream()
                    .filter(unused -> unused.state() == Future.State.SUCCESS)
                    .forEach(unused -> unused.resultNow().close());
            throw e;
        }
        return made;
    }

    /** Puts a rollout together; {@code problems} are those of candidates. */
    private void add(Key key, RolloutSpec rollout, Map<Key, String> problems) {
        Key lastGood = Key.lastGood(key, rollout);
        Key candidate = Key.candidate(key, rollout);
        LiveRollout live = registry.rollouts().take(rollout, workers.size());
        List<Key> versions =
                held.containsKey(candidate) ? List.of(lastGood, candidate) : List.of(lastGood);
        if (versions.size() == 1) {
            live.leave("the candidate cannot be loaded: " + problems.get(candidate));
        }
        versions.forEach(version -> get(version).users++);
        var loaded =
                new LoadedRollout(
                        rollout,
                        registry.rollouts(),
                        live,
                        worker -> part(lastGood, worker),
                        worker -> held.containsKey(candidate) ? part(candidate, worker) : null);
        var made = new Held(loaded, versions);
        workers.forEach(worker -> made.parts.add(loaded.forWorker(worker)));
        start(made);
        held.put(key, made);
    }

    private LoadedFilter load(Key key) {
        return registry.load(key.spec(), scopes.apply(key.filterName()));
    }

    private static LoadedFilter result(Future<LoadedFilter> loaded) {
        if (loaded.state() == Future.State.SUCCESS) {
            return loaded.resultNow();
        }
        switch (loaded.exceptionNow()) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("bug: a checked exception", e);
        }
    }

    private Held onWorkers(LoadedFilter loaded, boolean quiet) {
        var made = new Held(loaded, List.of());
        try {
            loaded.prepare(workers.getFirst());
            for (Worker worker : workers) {
                made.parts.add(loaded.forWorker(quiet ? LoadedRollout.quiet(worker) : worker));
            }
            return made;
        } catch (RuntimeException e) {
            close(made);
            throw e;
        }
    }

    private void start(Held made) {
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).execute(made.parts.get(i)::start);
        }
    }

    private Held get(Key key) {
        Held known = held.get(key);
        if (known == null) {
            throw new IllegalStateException("bug: a filter that no plan has taken");
        }
        return known;
    }

    /** The part of a worker; {@code key} was taken. */
    synchronized WorkerFilter part(Key key, Worker worker) {
        return get(key).parts.get(worker.index());
    }

    /** Ends a use; the last one closes the filter. */
    synchronized void release(Key key) {
        Held known = get(key);
        if (--known.users == 0) {
            held.remove(key);
            close(known);
            known.versions.forEach(this::release);
        }
    }

    // Each part on its loop, then, after the last of them, what they shared.
    private void close(Held gone) {
        var left = new AtomicInteger(gone.parts.size());
        if (gone.parts.isEmpty()) {
            gone.loaded.close();
        }
        for (int i = 0; i < gone.parts.size(); i++) {
            WorkerFilter part = gone.parts.get(i);
            workers.get(i)
                    .execute(() -> {
                        part.close();
                        if (left.decrementAndGet() == 0) {
                            control.execute(gone.loaded::close);
                        }
                    });
        }
    }
}
