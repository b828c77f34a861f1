package io.postern.filters.wasm.vm;

import io.postern.config.model.WasmLimits;
import io.postern.filters.wasm.engine.GuestFunction;

/** How many instructions a callback may take, by what it is for. Immutable. */
record PhaseFuel(WasmLimits.Fuel fuel) {
    /** Limits {@code function}, exported under {@code name}. */
    GuestFunction limit(String name, GuestFunction function) {
        long most = of(name);
        return most == 0 ? function : function.limit(most);
    }

    private long of(String name) {
        return switch (name) {
            case "_initialize", "_start", "main", "__main_void" -> fuel.start();
            case "proxy_on_vm_start", "proxy_on_configure" -> fuel.start();
            case "proxy_on_context_create",
                    "proxy_on_request_headers",
                    "proxy_on_request_body",
                    "proxy_on_request_trailers" ->
                    fuel.request();
            case "proxy_on_response_headers",
                    "proxy_on_response_body",
                    "proxy_on_response_trailers",
                    "proxy_on_done",
                    "proxy_on_log",
                    "proxy_on_delete" ->
                    fuel.response();
            case "proxy_on_new_connection",
                    "proxy_on_downstream_data",
                    "proxy_on_upstream_data",
                    "proxy_on_downstream_connection_close",
                    "proxy_on_upstream_connection_close" ->
                    fuel.connection();
            case "malloc", "proxy_on_memory_allocate" -> 0; // part of the call that needs it
            default -> fuel.background();
        };
    }
}
