package io.postern.core.overload;

/** What this process uses of its memory, in bytes. Thread-safe. */
public interface MemoryUse {
    /** What the last collections found alive on the heap. */
    long liveHeap();

    /** The largest heap there can be. */
    long maxHeap();

    /** Memory outside the heap that buffers are made of. */
    long direct();

    /** The most there can be of it. */
    long maxDirect();

    /** Collects garbage, so that {@link #liveHeap()} is true again; it takes its time. */
    void collect();
}
