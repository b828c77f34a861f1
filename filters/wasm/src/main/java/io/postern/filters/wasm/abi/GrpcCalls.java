package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.HeaderMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code proxy_grpc_*}: gRPC calls and streams that a plugin opens to clusters. */
final class GrpcCalls {
    private static final int SERVICE_ARGUMENTS = 8; // four pairs of address and length

    private GrpcCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_grpc_call", "iiiiiiiiiiii>i", GrpcCalls::call)
                .add("env", "proxy_grpc_stream", "iiiiiiiii>i", GrpcCalls::stream)
                .add("env", "proxy_grpc_send", "iiii>i", GrpcCalls::send)
                .add(
                        "env",
                        "proxy_grpc_close",
                        "i>i",
                        (host, args) -> host.context().grpc().close((int) args[0]))
                .add(
                        "env",
                        "proxy_grpc_cancel",
                        "i>i",
                        (host, args) -> host.context().grpc().cancel((int) args[0]));
    }

    private static int call(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int message = (int) args[SERVICE_ARGUMENTS];
        int length = (int) args[SERVICE_ARGUMENTS + 1];
        if (!hasService(memory, args) || !memory.has(message, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        int timeoutMillis = (int) args[SERVICE_ARGUMENTS + 2];
        byte[] request = Arrays.copyOfRange(memory.array(), message, message + length);
        var wanted = request(host, args);
        return wanted == null
                ? Status.BAD_ARGUMENT
                : give(
                        host,
                        host.context().grpc().call(wanted, request, timeoutMillis),
                        (int) args[SERVICE_ARGUMENTS + 3]);
    }

    private static int stream(GuestHost host, long[] args) {
        if (!hasService(host.memory(), args)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        var wanted = request(host, args);
        return wanted == null
                ? Status.BAD_ARGUMENT
                : give(host, host.context().grpc().stream(wanted), (int) args[SERVICE_ARGUMENTS]);
    }

    private static boolean hasService(GuestMemory memory, long[] args) {
        for (int pair = 0; pair < SERVICE_ARGUMENTS; pair += 2) {
            if (!memory.has((int) args[pair], (int) args[pair + 1])) {
                return false;
            }
        }
        return true;
    }

    private static GrpcCallouts.@Nullable Request request(GuestHost host, long[] args) {
        byte[] bytes = host.memory().array();
        int service = (int) args[0];
        GrpcTarget target =
                GrpcTarget.of(Arrays.copyOfRange(bytes, service, service + (int) args[1]));
        HeaderMap metadata = HeaderCalls.pairs(host, (int) args[6], (int) args[7]);
        if (metadata == null) {
            return null;
        }
        Tracing.carry(host.context(), metadata);
        return new GrpcCallouts.Request(
                target.cluster(),
                target.authority(),
                StreamCalls.text(bytes, (int) args[2], (int) args[3]),
                StreamCalls.text(bytes, (int) args[4], (int) args[5]),
                metadata);
    }

    private static int give(GuestHost host, int token, int at) {
        return token < 0 ? -token : Results.giveInt(host, token, at);
    }

    private static int send(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int message = (int) args[1];
        int length = (int) args[2];
        if (!memory.has(message, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        byte[] bytes = Arrays.copyOfRange(memory.array(), message, message + length);
        return host.context().grpc().send((int) args[0], bytes, (int) args[3] != 0);
    }
}
