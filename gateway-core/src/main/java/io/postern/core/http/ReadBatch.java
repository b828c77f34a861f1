package io.postern.core.http;

import io.postern.core.runtime.FlushBatch;

/**
 * One channel's part in the worker's flush batch: entered with the first read of a round, left with
 * the round or with the channel. Confined to the event loop.
 */
final class ReadBatch {
    private final FlushBatch batch;
    private boolean inside;

    ReadBatch(FlushBatch batch) {
        this.batch = batch;
    }

    void enter() {
        if (!inside) {
            inside = true;
            batch.enterRead();
        }
    }

    void exit() {
        if (inside) {
            inside = false;
            batch.exitRead();
        }
    }
}
