package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.HostFunctions;

/** {@code proxy_log} and {@code proxy_get_log_level}. */
final class LogCalls {
    private static final int CRITICAL = 5;

    private LogCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_log", "iii>i", LogCalls::log)
                .add(
                        "env",
                        "proxy_get_log_level",
                        "i>i",
                        (host, args) -> Results.giveInt(host, host.logLevel(), (int) args[0]));
    }

    private static int log(GuestHost host, long[] args) {
        int level = (int) args[0];
        if (level < 0 || level > CRITICAL) {
            return Status.BAD_ARGUMENT;
        }
        int message = (int) args[1];
        int length = (int) args[2];
        if (!host.memory().has(message, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        if (level >= host.logLevel()) {
            host.log(level, host.memory().array(), message, length);
        }
        return Status.OK;
    }
}
