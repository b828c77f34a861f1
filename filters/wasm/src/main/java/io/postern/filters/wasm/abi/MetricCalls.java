package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;

/** {@code proxy_*_metric}. */
final class MetricCalls {
    private static final int LAST_TYPE = 2;

    private MetricCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_define_metric", "iiii>i", MetricCalls::define)
                .add(
                        "env",
                        "proxy_increment_metric",
                        "iI>i",
                        (host, args) -> host.metrics().increment((int) args[0], args[1]))
                .add(
                        "env",
                        "proxy_record_metric",
                        "iI>i",
                        (host, args) -> host.metrics().record((int) args[0], args[1]))
                .add(
                        "env",
                        "proxy_get_metric",
                        "ii>i",
                        (host, args) -> host.metrics().get(host, (int) args[0], (int) args[1]));
    }

    private static int define(GuestHost host, long[] args) {
        int type = (int) args[0];
        GuestMemory memory = host.memory();
        if (!memory.has((int) args[1], (int) args[2])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        if (type < 0 || type > LAST_TYPE) {
            return Status.BAD_ARGUMENT;
        }
        String name = StreamCalls.text(memory.array(), (int) args[1], (int) args[2]);
        int id = host.metrics().define(type, name);
        return id < 0 ? Status.INTERNAL_FAILURE : Results.giveInt(host, id, (int) args[3]);
    }
}
