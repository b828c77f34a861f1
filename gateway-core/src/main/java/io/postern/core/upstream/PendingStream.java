package io.postern.core.upstream;

import io.postern.sdk.Worker.Cancellable;

/** A request that waits for a connection of a pool. Confined to the event loop. */
final class PendingStream implements Cancellable {
    private final StreamPool pool;
    private final StreamRequester requester;

    PendingStream(StreamPool pool, StreamRequester requester) {
        this.pool = pool;
        this.requester = requester;
    }

    StreamRequester requester() {
        return requester;
    }

    @Override
    public void cancel() {
        pool.cancel(this);
    }
}
