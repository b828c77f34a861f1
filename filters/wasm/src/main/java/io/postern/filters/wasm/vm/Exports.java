package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The callbacks that a module exports; null where it does not. */
final class Exports {
    private static final List<String> ALLOCATORS = List.of("malloc", "proxy_on_memory_allocate");

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
    Exports(GuestInstance instance, VmSpec spec, CallTrace trace) {
        var found = new Finder(instance, spec, new PhaseFuel(spec.fuel()), trace);
        onContextCreate = found.named("proxy_on_context_create");
        onVmStart = found.named("proxy_on_vm_start");
        onConfigure = found.named("proxy_on_configure");
        onTick = found.named("proxy_on_tick");
        onRequestHeaders = found.named("proxy_on_request_headers");
        onRequestBody = found.named("proxy_on_request_body");
        onRequestTrailers = found.named("proxy_on_request_trailers");
        onResponseHeaders = found.named("proxy_on_response_headers");
        onResponseBody = found.named("proxy_on_response_body");
        onResponseTrailers = found.named("proxy_on_response_trailers");
        onNewConnection = found.named("proxy_on_new_connection");
        onDownstreamData = found.named("proxy_on_downstream_data");
        onUpstreamData = found.named("proxy_on_upstream_data");
        onDownstreamClose = found.named("proxy_on_downstream_connection_close");
        onUpstreamClose = found.named("proxy_on_upstream_connection_close");
        onHttpCallResponse = found.named("proxy_on_http_call_response");
        onGrpcInitialMetadata = found.named("proxy_on_grpc_receive_initial_metadata");
        onGrpcReceive = found.named("proxy_on_grpc_receive");
        onGrpcTrailingMetadata = found.named("proxy_on_grpc_receive_trailing_metadata");
        onGrpcClose = found.named("proxy_on_grpc_close");
        onRedisReply = found.named("proxy_on_redis_call_response");
        onQueueReady = found.named("proxy_on_queue_ready");
        onDone = found.named("proxy_on_done");
        onLog = found.named("proxy_on_log");
        onDelete = found.named("proxy_on_delete");
        allocate = found.allocator();
    }

    private record Finder(GuestInstance instance, VmSpec spec, PhaseFuel fuel, CallTrace trace) {
        @Nullable GuestFunction named(String name) {
            GuestFunction function = spec.mayExport(name) ? instance.function(name) : null;
            return function == null ? null : trace.of(name, fuel.limit(name, function));
        }

        GuestFunction allocator() {
            for (String name : ALLOCATORS) {
                GuestFunction function = instance.function(name);
                if (function != null) {
                    return trace.of(name, function);
                }
            }
            throw new GuestTrap(
                    GuestTrap.Kind.TRAP,
                    "the module exports neither malloc nor proxy_on_memory_allocate");
        }
    }
}
