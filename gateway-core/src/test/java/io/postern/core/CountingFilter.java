package io.postern.core;

import io.postern.core.TestGateway.NamedSpec;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A filter that does nothing, and knows which of its configurations are loaded. Thread-safe. */
final class CountingFilter implements FilterFactory<NamedSpec> {
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger loaded = new AtomicInteger();
    private volatile boolean refuses;

    @Override
    public Class<NamedSpec> configType() {
        return NamedSpec.class;
    }

    @Override
    public LoadedFilter load(NamedSpec spec, FilterScope scope) {
        if (refuses) {
            throw new FilterLoadException("refused");
        }
        loaded.incrementAndGet();
        open.add(spec.name());
        return new LoadedFilter() {
            @Override
            public WorkerFilter forWorker(Worker worker) {
                return new Passing();
            }

            @Override
            public void close() {
                open.remove(spec.name());
            }
        };
    }

    private static final class Passing implements WorkerFilter {
        @Override
        public Filter newFilter(FilterCallbacks callbacks) {
            return new Filter() {};
        }
    }

    void refuse(boolean yes) {
        refuses = yes;
    }

    int loaded() {
        return loaded.get();
    }

    int open() {
        return open.size();
    }

    boolean isOpen(String name) {
        return open.contains(name);
    }

    void awaitClosed(String name) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !open.contains(name));
    }
}
