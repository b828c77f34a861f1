package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import java.util.Arrays;

/** {@code proxy_{get,set}_shared_data}. */
final class SharedDataCalls {
    private SharedDataCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_get_shared_data", "iiiii>i", SharedDataCalls::get)
                .add("env", "proxy_set_shared_data", "iiiii>i", SharedDataCalls::set);
    }

    private static int get(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        if (!memory.has((int) args[0], (int) args[1])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        var found = host.sharedData().get(memory.array(), (int) args[0], (int) args[1]);
        if (found == null) {
            return Status.NOT_FOUND;
        }
        byte[] value = found.value();
        int given = Results.give(host, value, 0, value.length, (int) args[2], (int) args[3]);
        return given == Status.OK ? Results.giveInt(host, found.cas(), (int) args[4]) : given;
    }

    private static int set(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int value = (int) args[2];
        int valueLength = (int) args[3];
        if (!memory.has((int) args[0], (int) args[1]) || !memory.has(value, valueLength)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        byte[] copy = Arrays.copyOfRange(memory.array(), value, value + valueLength);
        return host.sharedData()
                .set(memory.array(), (int) args[0], (int) args[1], copy, (int) args[4]);
    }
}
