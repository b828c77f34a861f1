package io.postern.filters.wasm.remote;

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
 * A filter on one worker that waits for its code: requests pass or are refused until it arrives.
 * Confined to the worker's loop, but for {@link #arrived}.
 */
final class WaitingFilter implements WorkerFilter {
    private final Worker worker;
    private final @Nullable LocalReply refusal;
    private @Nullable WorkerFilter ready;
    private boolean closed;

    /** {@code refusal} answers requests meanwhile; null: they pass. */
    WaitingFilter(Worker worker, @Nullable LocalReply refusal) {
        this.worker = worker;
        this.refusal = refusal;
    }

    Worker worker() {
        return worker;
    }

    /** The code is there; on a control thread. */
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
        return refusal == null ? new Filter() {} : new Refusing(callbacks, refusal);
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

    private record Refusing(FilterCallbacks callbacks, LocalReply reply) implements Filter {
        @Override
        public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
            callbacks.sendLocalReply(reply);
            return FilterStatus.PAUSE;
        }
    }
}
