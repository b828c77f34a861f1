package io.postern.filters.wasm.abi;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shared queues of the process, by VM id and name. Thread-safe; held for the length of one
 * queue operation. As in Envoy, the context that registered a queue last is told when it has data.
 */
public final class SharedQueues {
    /** Bytes that may wait in one queue. Envoy has no bound. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** What an item takes besides its bytes, so that empty ones count. */
    private static final int BYTES_AROUND = 64;

    private static final int MAX_QUEUES = 10_000;

    private final Map<Name, Queue> byName = new HashMap<>();
    private final Map<Integer, Queue> byToken = new HashMap<>();
    private int lastToken;

    private record Name(String vmId, String queue) {}

    private static final class Queue {
        final int token;
        final ArrayDeque<byte[]> items = new ArrayDeque<>();
        int bytes;
        Ready ready;

        Queue(int token, Ready ready) {
            this.token = token;
            this.ready = ready;
        }
    }

    /** Told, on any thread, that a queue has data. */
    @FunctionalInterface
    public interface Ready {
        /** {@code token}: of the queue. */
        void onQueueReady(int token);
    }

    /** Makes the queue or takes over its notifications; its token, or 0 when there are too many. */
    public synchronized int register(String vmId, String queue, Ready ready) {
        var name = new Name(vmId, queue);
        Queue known = byName.get(name);
        if (known != null) {
            known.ready = ready;
            return known.token;
        }
        if (byName.size() == MAX_QUEUES) {
            return 0;
        }
        var made = new Queue(++lastToken, ready);
        byName.put(name, made);
        byToken.put(made.token, made);
        return made.token;
    }

    /** Token of a queue, or 0. */
    public synchronized int resolve(String vmId, String queue) {
        Queue known = byName.get(new Name(vmId, queue));
        return known == null ? 0 : known.token;
    }

    /** Appends an item, which is handed over; a {@link Status}. */
    int enqueue(int token, byte[] item) {
        Ready ready;
        synchronized (this) {
            Queue queue = byToken.get(token);
            if (queue == null) {
                return Status.NOT_FOUND;
            }
            if (queue.bytes + item.length + BYTES_AROUND > MAX_BYTES) {
                return Status.INTERNAL_FAILURE;
            }
            queue.items.add(item);
            queue.bytes += item.length + BYTES_AROUND;
            ready = queue.ready;
        }
        ready.onQueueReady(token);
        return Status.OK;
    }

    synchronized boolean exists(int token) {
        return byToken.containsKey(token);
    }

    /** The oldest item, or null. */
    synchronized byte @Nullable [] dequeue(int token) {
        Queue queue = byToken.get(token);
        byte[] item = queue == null ? null : queue.items.poll();
        if (queue != null && item != null) {
            queue.bytes -= item.length + BYTES_AROUND;
        }
        return item;
    }
}
