package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.HostFunctions;

/**
 * gRPC calls and the Redis calls of the 0.2.100 dialect. They link, since SDKs import them whether
 * used or not; calling one is answered {@link Status#UNIMPLEMENTED}.
 */
final class GrpcCalls {
    private GrpcCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_grpc_call", "iiiiiiiiiiii>i", GrpcCalls::unimplemented)
                .add("env", "proxy_grpc_stream", "iiiiiiiii>i", GrpcCalls::unimplemented)
                .add("env", "proxy_grpc_send", "iiii>i", GrpcCalls::unknownToken)
                .add("env", "proxy_grpc_close", "i>i", GrpcCalls::unknownToken)
                .add("env", "proxy_grpc_cancel", "i>i", GrpcCalls::unknownToken)
                .add("env", "proxy_redis_init", "iiiiiii>i", GrpcCalls::unimplemented)
                .add("env", "proxy_redis_call", "iiiii>i", GrpcCalls::unimplemented)
                .add("env", "proxy_get_upstream_hosts", "ii>i", GrpcCalls::unimplemented)
                .add("env", "proxy_set_upstream_override_host", "ii>i", GrpcCalls::unimplemented)
                .add(
                        "env",
                        "proxy_inject_encoded_data_to_filter_chain",
                        "iii>i",
                        GrpcCalls::unimplemented);
    }

    private static int unimplemented(GuestHost host, long[] args) {
        return Status.UNIMPLEMENTED;
    }

    private static int unknownToken(GuestHost host, long[] args) {
        return Status.NOT_FOUND; // no call can have been started
    }
}
