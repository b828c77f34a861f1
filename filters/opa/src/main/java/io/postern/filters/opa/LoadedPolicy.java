package io.postern.filters.opa;

import io.postern.config.model.OpaSpec;
import io.postern.filters.opa.engine.Host;
import io.postern.filters.opa.engine.PolicyInstance;
import io.postern.filters.opa.engine.PolicyModule;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.concurrent.Executor;

/** A policy with its data, checked and compiled. Thread-safe: immutable. */
final class LoadedPolicy implements LoadedFilter {
    private final OpaSpec spec;
    private final PolicyModule module;
    private final int entrypoint;
    private final byte[] data;
    private final Host host;
    private final Executor control;

    LoadedPolicy(
            OpaSpec spec,
            PolicyModule module,
            int entrypoint,
            byte[] data,
            Host host,
            Executor control) {
        this.spec = spec;
        this.module = module;
        this.entrypoint = entrypoint;
        this.data = data;
        this.host = host;
        this.control = control;
    }

    @Override
    public WorkerFilter forWorker(Worker worker) {
        return new WorkerPolicy(this, worker);
    }

    @Override
    public void close() {
        host.watchdog().close();
    }

    OpaSpec spec() {
        return spec;
    }

    int entrypoint() {
        return entrypoint;
    }

    /** Where instances are replaced. */
    Executor control() {
        return control;
    }

    /** A fresh instance; takes about a millisecond, more with much data: control threads. */
    PolicyInstance newInstance() {
        return module.newInstance(data, host);
    }
}
