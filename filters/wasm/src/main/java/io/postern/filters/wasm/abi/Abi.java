package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.HostFunctions;

/** Everything a plugin may import. */
public final class Abi {
    private Abi() {}

    /** A new list of all host functions. */
    public static HostFunctions<GuestHost> functions() {
        var functions = new HostFunctions<GuestHost>();
        LogCalls.offer(functions);
        TimerCalls.offer(functions);
        HeaderCalls.offer(functions);
        BufferCalls.offer(functions);
        PropertyCalls.offer(functions);
        StreamCalls.offer(functions);
        HttpCalls.offer(functions);
        GrpcCalls.offer(functions);
        SharedDataCalls.offer(functions);
        QueueCalls.offer(functions);
        MetricCalls.offer(functions);
        ForeignCalls.offer(functions);
        WasiCalls.offer(functions);
        offerLanguageRuntimes(functions);
        return functions;
    }

    private static void offerLanguageRuntimes(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "emscripten_notify_memory_growth", "i>", (host, args) -> 0)
                .add("env", "pthread_equal", "ii>i", (host, args) -> args[0] == args[1] ? 1 : 0)
                .add("env", "abort", "iiii>", Abi::abort);
    }

    // AssemblyScript: message, file, line, column
    private static int abort(GuestHost host, long[] args) {
        throw new GuestTrap(
                GuestTrap.Kind.EXIT, "the plugin aborted at line " + args[2] + ":" + args[3]);
    }
}
