package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.HostFunction;
import io.postern.filters.wasm.engine.HostFunctions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Everything a plugin may import. */
public final class Abi {
    private static final int LOG_ERROR = 4;
    private static final int WASI_NOT_CAPABLE = 76;

    /** Not capabilities: compilers put them in. */
    private static final Set<String> RUNTIME =
            Set.of("emscripten_notify_memory_growth", "pthread_equal", "abort");

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
        DialectCalls.offer(functions);
        SharedDataCalls.offer(functions);
        QueueCalls.offer(functions);
        MetricCalls.offer(functions);
        ForeignCalls.offer(functions);
        WasiCalls.offer(functions);
        offerLanguageRuntimes(functions);
        return functions;
    }

    /**
     * The list for a plugin with {@code capability_restriction_config}: what is not allowed still
     * links, and answers that it may not be used.
     */
    public static HostFunctions<GuestHost> functions(List<String> allowed) {
        HostFunctions<GuestHost> all = functions();
        if (allowed.isEmpty()) {
            return all;
        }
        var restricted = new HostFunctions<GuestHost>();
        for (var entry : all.all()) {
            boolean free = RUNTIME.contains(entry.name()) || allowed.contains(entry.name());
            HostFunction<GuestHost> body =
                    free ? entry.body() : refusal(entry.name(), entry.module().equals("env"));
            restricted.add(entry.module(), entry.name(), entry.signature(), body);
        }
        return restricted;
    }

    private static HostFunction<GuestHost> refusal(String name, boolean proxy) {
        byte[] message =
                ("Attempted call to restricted capability: " + name)
                        .getBytes(StandardCharsets.UTF_8);
        int status = proxy ? Status.INTERNAL_FAILURE : WASI_NOT_CAPABLE;
        return (host, args) -> {
            if (host.logLevel() <= LOG_ERROR) {
                host.log(LOG_ERROR, message, 0, message.length);
            }
            return status;
        };
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
