package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import org.jspecify.annotations.Nullable;

/** The callbacks that a module exports; null where it does not. */
final class Exports {
    final @Nullable GuestFunction onContextCreate;
    final @Nullable GuestFunction onVmStart;
    final @Nullable GuestFunction onConfigure;
    final @Nullable GuestFunction onTick;
    final @Nullable GuestFunction onRequestHeaders;
    final @Nullable GuestFunction onRequestBody;
    final @Nullable GuestFunction onRequestTrailers;
    final @Nullable GuestFunction onResponseHeaders;
    final @Nullable GuestFunction onResponseBody;
    final @Nullable GuestFunction onResponseTrailers;
    final @Nullable GuestFunction onNewConnection;
    final @Nullable GuestFunction onDownstreamData;
    final @Nullable GuestFunction onUpstreamData;
    final @Nullable GuestFunction onDownstreamClose;
    final @Nullable GuestFunction onUpstreamClose;
    final @Nullable GuestFunction onHttpCallResponse;
    final @Nullable GuestFunction onGrpcInitialMetadata;
    final @Nullable GuestFunction onGrpcReceive;
    final @Nullable GuestFunction onGrpcTrailingMetadata;
    final @Nullable GuestFunction onGrpcClose;
    final @Nullable GuestFunction onRedisReply;
    final @Nullable GuestFunction onQueueReady;
    final @Nullable GuestFunction onDone;
    final @Nullable GuestFunction onLog;
    final @Nullable GuestFunction onDelete;
    final GuestFunction allocate;

    /** Those that {@code spec} lets the plugin be called through, with their fuel. */
    Exports(GuestInstance instance, VmSpec spec) {
        var fuel = new PhaseFuel(spec.fuel());
        onContextCreate = find(instance, spec, fuel, "proxy_on_context_create");
        onVmStart = find(instance, spec, fuel, "proxy_on_vm_start");
        onConfigure = find(instance, spec, fuel, "proxy_on_configure");
        onTick = find(instance, spec, fuel, "proxy_on_tick");
        onRequestHeaders = find(instance, spec, fuel, "proxy_on_request_headers");
        onRequestBody = find(instance, spec, fuel, "proxy_on_request_body");
        onRequestTrailers = find(instance, spec, fuel, "proxy_on_request_trailers");
        onResponseHeaders = find(instance, spec, fuel, "proxy_on_response_headers");
        onResponseBody = find(instance, spec, fuel, "proxy_on_response_body");
        onResponseTrailers = find(instance, spec, fuel, "proxy_on_response_trailers");
        onNewConnection = find(instance, spec, fuel, "proxy_on_new_connection");
        onDownstreamData = find(instance, spec, fuel, "proxy_on_downstream_data");
        onUpstreamData = find(instance, spec, fuel, "proxy_on_upstream_data");
        onDownstreamClose = find(instance, spec, fuel, "proxy_on_downstream_connection_close");
        onUpstreamClose = find(instance, spec, fuel, "proxy_on_upstream_connection_close");
        onHttpCallResponse = find(instance, spec, fuel, "proxy_on_http_call_response");
        onGrpcInitialMetadata =
                find(instance, spec, fuel, "proxy_on_grpc_receive_initial_metadata");
        onGrpcReceive = find(instance, spec, fuel, "proxy_on_grpc_receive");
        onGrpcTrailingMetadata =
                find(instance, spec, fuel, "proxy_on_grpc_receive_trailing_metadata");
        onGrpcClose = find(instance, spec, fuel, "proxy_on_grpc_close");
        onRedisReply = find(instance, spec, fuel, "proxy_on_redis_call_response");
        onQueueReady = find(instance, spec, fuel, "proxy_on_queue_ready");
        onDone = find(instance, spec, fuel, "proxy_on_done");
        onLog = find(instance, spec, fuel, "proxy_on_log");
        onDelete = find(instance, spec, fuel, "proxy_on_delete");
        GuestFunction malloc = instance.function("malloc");
        GuestFunction found =
                malloc == null ? instance.function("proxy_on_memory_allocate") : malloc;
        if (found == null) {
            throw new GuestTrap(
                    GuestTrap.Kind.TRAP,
                    "the module exports neither malloc nor proxy_on_memory_allocate");
        }
        allocate = found;
    }

    private static @Nullable GuestFunction find(
            GuestInstance instance, VmSpec spec, PhaseFuel fuel, String name) {
        GuestFunction function = spec.mayExport(name) ? instance.function(name) : null;
        return function == null ? null : fuel.limit(name, function);
    }
}
