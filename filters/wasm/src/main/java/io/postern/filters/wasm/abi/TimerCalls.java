package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.HostFunctions;

/** Ticks and the clock. */
final class TimerCalls {
    private TimerCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_set_tick_period_milliseconds", "i>i", TimerCalls::setTickPeriod)
                .add(
                        "env",
                        "proxy_get_current_time_nanoseconds",
                        "i>i",
                        (host, args) -> Results.giveLong(host, host.epochNanos(), (int) args[0]));
    }

    private static int setTickPeriod(GuestHost host, long[] args) {
        int millis = (int) args[0];
        host.context().setTickPeriod(millis < 0 ? Integer.MAX_VALUE : millis); // unsigned
        return Status.OK;
    }
}
