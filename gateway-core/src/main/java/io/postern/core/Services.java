package io.postern.core;

import io.postern.config.model.Bootstrap;
import io.postern.core.filter.FilterStock;
import io.postern.core.filter.TakenFilters;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.FilterScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Plugins that serve no listener: they run from the start of the process to its end. Control
 * thread.
 *
 * <p>Source: {@code envoy.extensions.wasm.v3.WasmService}.
 */
final class Services implements AutoCloseable {
    private final List<TakenFilters> running = new ArrayList<>();

    /**
     * Starts them; a singleton lives on the first worker.
     *
     * @throws io.postern.sdk.FilterLoadException when one cannot work; none is left running
     */
    void start(List<Bootstrap.Service> services, ListenerParts parts) {
        try {
            for (Bootstrap.Service service : services) {
                List<WorkerLoop> workers = parts.workers();
                var stock =
                        new FilterStock(
                                parts.settings().filters(),
                                name ->
                                        new FilterScope(
                                                name,
                                                "",
                                                parts.node().id(),
                                                parts.node().cluster(),
                                                false,
                                                "",
                                                parts.node().message()),
                                service.singleton() ? workers.subList(0, 1) : workers,
                                parts.control());
                running.add(new TakenFilters(stock).with(service.name(), service.spec()).take());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        running.forEach(TakenFilters::close);
        running.clear();
    }
}
