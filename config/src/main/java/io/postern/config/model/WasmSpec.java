package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Proxy-Wasm plugin on an HTTP filter chain.
 *
 * <p>Source: {@code envoy.extensions.wasm.v3.PluginConfig}.
 *
 * @param name plugin name, for logs, metrics and errors
 * @param rootId picks the root context among plugins in one module; may be empty
 * @param vm the virtual machine to run it in
 * @param configuration plugin configuration as the plugin reads it (Any unpacked as Envoy does:
 *     StringValue and BytesValue to their value, Struct to JSON, others to serialised bytes)
 * @param failurePolicy what happens to requests when the plugin failed
 * @param reloadBackoffBase first delay before a failed plugin is started again
 * @param allowOnHeadersStopIteration {@code StopIteration} from a header callback stops only the
 *     headers, not body and trailers
 * @param allowedCapabilities ABI functions a plugin may import or export; empty: all
 */
public record WasmSpec(
        String name,
        String rootId,
        Vm vm,
        byte[] configuration,
        FailurePolicy failurePolicy,
        Duration reloadBackoffBase,
        boolean allowOnHeadersStopIteration,
        List<String> allowedCapabilities)
        implements FilterSpec {

    public WasmSpec {
        allowedCapabilities = List.copyOf(allowedCapabilities);
    }

    @Override
    public String typeName() {
        return "envoy.extensions.filters.http.wasm.v3.Wasm";
    }

    /**
     * Where the code comes from and what the VM is given.
     *
     * <p>Source: {@code envoy.extensions.wasm.v3.VmConfig}.
     *
     * @param vmId plugins with the same id, code and configuration share one VM per worker
     * @param configuration VM configuration for {@code proxy_on_vm_start}
     * @param environment variables the plugin sees, host variables already resolved
     */
    public record Vm(
            String vmId, DataSource code, byte[] configuration, Map<String, String> environment) {
        public Vm {
            environment = Map.copyOf(environment);
        }
    }

    /** What becomes of requests when the plugin has failed. */
    public enum FailurePolicy {
        /** The request is answered 503. */
        FAIL_CLOSED,
        /** The plugin is skipped. */
        FAIL_OPEN,
        /** The request is answered 503 until the plugin has been started again. */
        FAIL_RELOAD
    }
}
