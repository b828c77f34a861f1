package io.postern.filters.opa;

import io.postern.config.model.OpaSpec;
import io.postern.filters.opa.engine.Host;
import io.postern.filters.opa.engine.PolicyInstance;
import io.postern.filters.opa.engine.PolicyModule;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/** A policy with its data, checked and compiled. Thread-safe: immutable. */
final class LoadedPolicy implements LoadedFilter {
    private static final int WARM_UPS = 200;
    private static final long MOST_WARM_UP_NANOS = 50_000_000L;
    private static final byte[] NOBODYS_REQUEST =
            """
            {"attributes": {"request": {"http": {"method": "GET", "path": "/", "headers": {}}}},
            "parsed_path": [""], "parsed_query": {}, "parsed_body": null, "truncated_body": false}
            """
                    .getBytes(StandardCharsets.UTF_8);

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
        // instances are closed by their workers
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

    /**
     * Checks that an instance can be made, and evaluates a request that nobody sent until the code
     * is linked and lukewarm: the first real one must not pay for that, nor run into the deadline.
     */
    void warmUp() {
        var instance = newInstance();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < WARM_UPS && System.nanoTime() - start < MOST_WARM_UP_NANOS; i++) {
                instance.evaluate(entrypoint, NOBODYS_REQUEST, NOBODYS_REQUEST.length);
            }
        } finally {
            instance.close();
        }
    }

    /** A fresh instance; takes about a millisecond, more with much data: control threads. */
    PolicyInstance newInstance() {
        return module.newInstance(data, host);
    }
}
