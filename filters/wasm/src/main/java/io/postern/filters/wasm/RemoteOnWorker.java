package io.postern.filters.wasm;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.FilterUsage;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import org.jspecify.annotations.Nullable;

/**
 * A plugin on one worker that waits for its module: requests pass or are answered 503 as the
 * failure policy says, until it arrives. Confined to the worker's loop, but for {@link #arrived}.
 */
final class RemoteOnWorker implements WorkerFilter {
    private static final int STATUS = 503;
    private static final String DETAILS = "wasm_fail_stream"; // Envoy's

    private final Worker worker;
    private final boolean failsOpen;
    private @Nullable WorkerFilter ready;
    private boolean closed;

    RemoteOnWorker(Worker worker, FailurePolicy policy) {
        this.worker = worker;
        this.failsOpen = policy == FailurePolicy.FAIL_OPEN;
    }

    Worker worker() {
        return worker;
    }

    /** The module is there; on a control thread. */
    void arrived(WorkerFilter part) {
        worker.execute(() -> {
            part.start();
            if (closed) {
                part.close();
            } else {
                ready = part;
            }
        });
    }

    @Override
    public Filter newFilter(FilterCallbacks callbacks) {
        WorkerFilter there = ready;
        if (there != null) {
            return there.newFilter(callbacks);
        }
        return failsOpen ? new Filter() {} : new Refusal(callbacks);
    }

    @Override
    public FilterUsage usage() {
        WorkerFilter there = ready;
        return there == null ? FilterUsage.NONE : there.usage();
    }

    @Override
    public void close() {
        closed = true;
        if (ready != null) {
            ready.close();
        }
    }

    private record Refusal(FilterCallbacks callbacks) implements Filter {
        @Override
        public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
            callbacks.sendLocalReply(LocalReply.of(STATUS, DETAILS));
            return FilterStatus.PAUSE;
        }
    }
}
