package io.postern.core;

import io.postern.config.model.AccessLog;
import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.config.model.NetworkFilter;
import io.postern.config.model.TcpProxy;
import io.postern.core.filter.FilterStock;
import io.postern.core.filter.TakenFilters;
import io.postern.core.listener.ConnectionService;
import io.postern.core.listener.EntryPoint;
import io.postern.core.network.FilteredService;
import io.postern.core.observe.AccessLogger;
import io.postern.core.runtime.WorkerLoop;
import java.util.List;

/**
 * What a filter chain does with connections as a whole: its network filters, and the access logs of
 * its TCP proxy. It stays as it is for as long as the chain does. Control thread.
 */
record ConnectionParts(
        TakenFilters filters, TakenFilters loggers, AccessLogger log, boolean filtersNothing) {
    /**
     * Loads network filters and access loggers.
     *
     * @throws io.postern.sdk.FilterLoadException when one cannot work; nothing was taken
     */
    static ConnectionParts load(FilterChain chain, FilterStock stock, Gateway.Settings settings) {
        var filters = new TakenFilters(stock);
        for (NetworkFilter filter : chain.networkFilters()) {
            filters.with(filter.name(), filter.spec());
        }
        TcpProxy tcp = chain.tcp();
        List<AccessLog> logs = tcp == null ? List.of() : tcp.accessLogs();
        AccessLogger log = settings.accessLogs().logger(logs, settings.formats());
        filters.take();
        try {
            var loggers = FlowFactory.loggers(logs, stock).take();
            boolean filtersNothing = tcp == null && chain.networkFilters().isEmpty();
            return new ConnectionParts(filters, loggers, log, filtersNothing);
        } catch (RuntimeException e) {
            filters.close();
            throw e;
        }
    }

    AccessLogger accessLog(WorkerLoop worker) {
        return log.forWorker(loggers.forWorker(worker));
    }

    /** HTTP without network filters is served as it is. */
    ConnectionService inFrontOf(
            ConnectionService inner,
            FilterChain chain,
            ListenerParts parts,
            WorkerLoop worker,
            Listener listener) {
        return filtersNothing
                ? inner
                : new FilteredService(
                        filters.forWorker(worker),
                        inner,
                        worker,
                        parts.codec(worker)::nextConnectionId,
                        EntryPoint.of(listener, chain),
                        chain.tcp() == null,
                        listener.bufferLimitBytes());
    }

    void close() {
        filters.close();
        loggers.close();
    }
}
