package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import java.util.Arrays;

/** {@code proxy_*_shared_queue}. */
final class QueueCalls {
    private QueueCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_register_shared_queue", "iii>i", QueueCalls::register)
                .add("env", "proxy_resolve_shared_queue", "iiiii>i", QueueCalls::resolve)
                .add("env", "proxy_enqueue_shared_queue", "iii>i", QueueCalls::enqueue)
                .add("env", "proxy_dequeue_shared_queue", "iii>i", QueueCalls::dequeue);
    }

    private static int register(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        if (!memory.has((int) args[0], (int) args[1])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        int token =
                host.registerQueue(StreamCalls.text(memory.array(), (int) args[0], (int) args[1]));
        return token == 0 ? Status.INTERNAL_FAILURE : Results.giveInt(host, token, (int) args[2]);
    }

    private static int resolve(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        if (!memory.has((int) args[0], (int) args[1])
                || !memory.has((int) args[2], (int) args[3])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        String vmId = StreamCalls.text(memory.array(), (int) args[0], (int) args[1]);
        String queue = StreamCalls.text(memory.array(), (int) args[2], (int) args[3]);
        int token = host.sharedQueues().resolve(vmId.isEmpty() ? host.vmId() : vmId, queue);
        return token == 0 ? Status.NOT_FOUND : Results.giveInt(host, token, (int) args[4]);
    }

    private static int enqueue(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int item = (int) args[1];
        int length = (int) args[2];
        if (!memory.has(item, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        byte[] copy = Arrays.copyOfRange(memory.array(), item, item + length);
        return host.sharedQueues().enqueue((int) args[0], copy);
    }

    private static int dequeue(GuestHost host, long[] args) {
        int token = (int) args[0];
        if (!host.sharedQueues().exists(token)) {
            return Status.NOT_FOUND;
        }
        byte[] item = host.sharedQueues().dequeue(token);
        return item == null
                ? Status.EMPTY
                : Results.give(host, item, 0, item.length, (int) args[1], (int) args[2]);
    }
}
