package io.postern.core.filter;

import io.postern.config.model.FilterOverrides.FilterOverride;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which filters run on which route: everything that {@code typed_per_filter_config} changes is
 * resolved here, so that the request path only looks an array up.
 *
 * <p>Built on a control thread, closed there when its last exchange has ended.
 */
public final class FilterPlan implements AutoCloseable {
    private final List<HttpFilter> filters;
    private final CompiledRoutes routes;
    private final Function<HttpFilter, FilterScope> scopes;
    private final FilterRegistry registry;
    private final Map<Key, LoadedFilter> loaded = new HashMap<>();

    /** A filter of the chain with the configuration it has on some route. */
    private record Key(String filterName, FilterSpec spec) {}

    private FilterPlan(
            List<HttpFilter> filters,
            CompiledRoutes routes,
            FilterRegistry registry,
            Function<HttpFilter, FilterScope> scopes) {
        this.filters = filters;
        this.routes = routes;
        this.registry = registry;
        this.scopes = scopes;
    }

    /**
     * Loads every filter that some route uses.
     *
     * @param filters in request order
     * @throws io.postern.sdk.FilterLoadException when one cannot work; what was loaded is closed
     */
    public static FilterPlan load(
            List<HttpFilter> filters,
            CompiledRoutes routes,
            FilterRegistry registry,
            Function<HttpFilter, FilterScope> scopes) {
        var plan = new FilterPlan(filters, routes, registry, scopes);
        try {
            plan.loadAll();
        } catch (RuntimeException e) {
            plan.close();
            throw e;
        }
        return plan;
    }

    private void loadAll() {
        for (HttpFilter filter : filters) {
            load(filter, filter.spec());
        }
        for (CompiledRoute route : routes.targets()) {
            effective(route).forEach((key, filter) -> load(filter, key.spec()));
        }
    }

    private void load(HttpFilter filter, FilterSpec spec) {
        var key = new Key(filter.name(), spec);
        if (!loaded.containsKey(key)) {
            loaded.put(key, registry.load(spec, scopes.apply(filter)));
        }
    }

    /** The worker's part of every filter, and the arrays of its routes. Control thread. */
    public OnWorker forWorker(Worker worker) {
        Map<Key, WorkerFilter> made = new HashMap<>();
        loaded.forEach((key, filter) -> made.put(key, filter.forWorker(worker)));
        Map<List<Key>, WorkerFilter[]> shared = new HashMap<>();
        var byKey = new WorkerFilter[routes.size()][];
        for (CompiledRoute route : routes.targets()) {
            List<Key> keys = new ArrayList<>(effective(route).keySet());
            byKey[route.key()] = shared.computeIfAbsent(keys, k -> array(k, made));
        }
        WorkerFilter[] unrouted = array(new ArrayList<>(effective(null).keySet()), made);
        return new OnWorker(byKey, unrouted, List.copyOf(made.values()));
    }

    private static WorkerFilter[] array(List<Key> keys, Map<Key, WorkerFilter> filters) {
        return keys.stream().map(filters::get).toArray(WorkerFilter[]::new);
    }

    private Map<Key, HttpFilter> effective(@Nullable CompiledRoute route) {
        Map<Key, HttpFilter> result = new LinkedHashMap<>();
        for (HttpFilter filter : filters) {
            FilterOverride change = route == null ? null : route.override(filter.name());
            FilterSpec spec =
                    switch (change) {
                        case null -> filter.disabled() ? null : filter.spec();
                        case FilterOverride.Disabled() -> null;
                        case FilterOverride.Enabled() -> filter.spec();
                        case FilterOverride.Configured(FilterSpec own) -> own;
                    };
            if (spec != null) {
                result.put(new Key(filter.name(), spec), filter);
            }
        }
        return result;
    }

    @Override
    public void close() {
        loaded.values().forEach(LoadedFilter::close);
        loaded.clear();
    }

    /** A plan on one worker. Confined to its event loop once {@link #start} was called. */
    public static final class OnWorker {
        private final WorkerFilter[][] byKey;
        private final WorkerFilter[] unrouted;
        private final List<WorkerFilter> all;

        private OnWorker(WorkerFilter[][] byKey, WorkerFilter[] unrouted, List<WorkerFilter> all) {
            this.byKey = byKey;
            this.unrouted = unrouted;
            this.all = all;
        }

        /** The filters of {@code route}; of no route when it is null. Do not change the array. */
        public WorkerFilter[] filtersOf(@Nullable CompiledRoute route) {
            return route == null ? unrouted : byKey[route.key()];
        }

        /** Starts the filters' timers. */
        public void start() {
            all.forEach(WorkerFilter::start);
        }

        /** Closes the filters. */
        public void close() {
            all.forEach(WorkerFilter::close);
        }
    }
}
