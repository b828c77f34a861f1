package io.postern.core.filter;

import io.postern.config.model.FilterSpec;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters that are used in their order and do not depend on routes: those of connections, and
 * access loggers. Taken from a {@link FilterStock} until closed. Control thread.
 */
public final class TakenFilters implements AutoCloseable {
    private final FilterStock stock;
    private final List<FilterStock.Key> keys = new ArrayList<>();
    private boolean taken;

    /** What will be taken from {@code stock}. */
    public TakenFilters(FilterStock stock) {
        this.stock = stock;
    }

    /** One more, behind the others; before {@link #take}. */
    public TakenFilters with(String name, FilterSpec spec) {
        keys.add(new FilterStock.Key(name, spec));
        return this;
    }

    /**
     * Loads them.
     *
     * @throws io.postern.sdk.FilterLoadException when one cannot work; then none is taken
     */
    public TakenFilters take() {
        stock.take(keys);
        taken = true;
        return this;
    }

    /** The worker's parts, in their order. Do not change the array. */
    public WorkerFilter[] forWorker(Worker worker) {
        return keys.stream().map(key -> stock.part(key, worker)).toArray(WorkerFilter[]::new);
    }

    /** Gives them back. */
    @Override
    public void close() {
        if (taken) {
            taken = false;
            keys.forEach(stock::release);
        }
    }
}
