package io.postern.core.filter;

import io.postern.config.model.FilterOverrides.FilterOverride;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final FilterStock stock;
    private final Set<FilterStock.Key> taken = new LinkedHashSet<>();

    private FilterPlan(List<HttpFilter> filters, CompiledRoutes routes, FilterStock stock) {
        this.filters = filters;
        this.routes = routes;
        this.stock = stock;
    }

    /**
     * Takes every filter that some route uses from {@code stock}.
     *
     * @param filters in request order
     * @throws io.postern.sdk.FilterLoadException when one cannot work; what was taken is given back
     */
    public static FilterPlan load(
            List<HttpFilter> filters, CompiledRoutes routes, FilterStock stock) {
        var plan = new FilterPlan(filters, routes, stock);
        try {
            plan.takeAll();
        } catch (RuntimeException e) {
            plan.close();
            throw e;
        }
        return plan;
    }

    private void takeAll() {
        Set<FilterStock.Key> wanted = new LinkedHashSet<>();
        for (HttpFilter filter : filters) {
            wanted.add(new FilterStock.Key(filter.name(), filter.spec()));
        }
        for (CompiledRoute route : routes.targets()) {
            wanted.addAll(effective(route));
        }
        stock.take(wanted);
        taken.addAll(wanted);
    }

    /** The worker's part of every filter, in the arrays of its routes. Control thread. */
    public OnWorker forWorker(Worker worker) {
        Map<List<FilterStock.Key>, WorkerFilter[]> shared = new HashMap<>();
        var byKey = new WorkerFilter[routes.size()][];
        for (CompiledRoute route : routes.targets()) {
            byKey[route.key()] = shared.computeIfAbsent(effective(route), k -> array(k, worker));
        }
        return new OnWorker(byKey, array(effective(null), worker));
    }

    private WorkerFilter[] array(List<FilterStock.Key> keys, Worker worker) {
        return keys.stream().map(key -> stock.part(key, worker)).toArray(WorkerFilter[]::new);
    }

    private List<FilterStock.Key> effective(@Nullable CompiledRoute route) {
        List<FilterStock.Key> result = new ArrayList<>();
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
                result.add(new FilterStock.Key(filter.name(), spec));
            }
        }
        return result;
    }

    /** Gives its filters back. */
    @Override
    public void close() {
        taken.forEach(stock::release);
        taken.clear();
    }

    /** A plan on one worker. Confined to its event loop. */
    public static final class OnWorker {
        private final WorkerFilter[][] byKey;
        private final WorkerFilter[] unrouted;

        private OnWorker(WorkerFilter[][] byKey, WorkerFilter[] unrouted) {
            this.byKey = byKey;
            this.unrouted = unrouted;
        }

        /** The filters of {@code route}; of no route when it is null. Do not change the array. */
        public WorkerFilter[] filtersOf(@Nullable CompiledRoute route) {
            return route == null ? unrouted : byKey[route.key()];
        }
    }
}
