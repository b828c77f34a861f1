package io.postern.core.http;

import io.postern.core.runtime.FlushBatch;
import java.util.function.LongSupplier;

/**
 * What all connections of one worker share: the flush batch and an array in which heads are put
 * together and taken apart. Confined to the worker's event loop.
 */
public final class CodecWorker {
    private static final int KEPT = 64 * 1024; // larger heads are rare: their array is not kept

    final FlushBatch batch;
    final Http2HeaderLists http2Lists = new Http2HeaderLists();
    private final LongSupplier connectionIds;
    private byte[] scratch = new byte[8 * 1024];

    /**
     * The shared parts of one worker.
     *
     * @param connectionIds numbers unique in this process; asked once per connection
     */
    public CodecWorker(FlushBatch batch, LongSupplier connectionIds) {
        this.batch = batch;
        this.connectionIds = connectionIds;
    }

    /** A number that no connection has had. */
    public long nextConnectionId() {
        return connectionIds.getAsLong();
    }

    /** Scratch space: valid until the caller lets go of the thread or calls a listener. */
    byte[] scratch(int atLeast) {
        if (scratch.length >= atLeast) {
            return scratch;
        }
        byte[] larger = new byte[Math.max(atLeast, scratch.length * 2)];
        if (larger.length <= KEPT) {
            scratch = larger;
        }
        return larger;
    }
}
