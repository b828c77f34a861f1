package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.StreamInfo;
import java.util.Arrays;

/** {@code proxy_{get,set}_property}. */
final class PropertyCalls {
    /** Keys of filter state that one stream may hold; Envoy has no bound. */
    private static final int MAX_STATE_KEYS = 1000;

    private PropertyCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_get_property", "iiii>i", PropertyCalls::get)
                .add("env", "proxy_set_property", "iiii>i", PropertyCalls::set);
    }

    private static int get(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int path = (int) args[0];
        int length = (int) args[1];
        if (!memory.has(path, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        ByteOutput value = host.scratch().clear();
        String text = StreamCalls.text(memory.array(), path, length);
        int status = Properties.find(text, host, value);
        return status == Status.OK
                ? Results.give(host, value, (int) args[2], (int) args[3])
                : status;
    }

    private static int set(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int value = (int) args[2];
        int length = (int) args[3];
        if (!memory.has((int) args[0], (int) args[1]) || !memory.has(value, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        StreamInfo info = host.context().streamInfo();
        if (info == null) {
            return Status.NOT_FOUND;
        }
        String path = StreamCalls.text(memory.array(), (int) args[0], (int) args[1]);
        var state = info.filterState();
        if (state.size() >= MAX_STATE_KEYS) {
            return Status.INTERNAL_FAILURE;
        }
        if (host.context().isReadOnly(path) && state.containsKey(Properties.STATE_PREFIX + path)) {
            return Status.BAD_ARGUMENT;
        }
        state.put(
                Properties.STATE_PREFIX + path,
                Arrays.copyOfRange(memory.array(), value, value + length));
        return Status.OK;
    }
}
