package io.postern.config.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param reloadBackoffMax the delay grows up to this
 * @param allowOnHeadersStopIteration {@code StopIteration} from a header callback stops only the
 *     headers, not body and trailers
 * @param allowedCapabilities ABI functions a plugin may import or export; empty: all
 * @param limits what differs from the limits of every plugin
 */
public record WasmSpec(
        String name,
        String rootId,
        Vm vm,
        byte[] configuration,
        FailurePolicy failurePolicy,
        Duration reloadBackoffBase,
        Duration reloadBackoffMax,
        boolean allowOnHeadersStopIteration,
        List<String> allowedCapabilities,
        WasmLimits limits)
        implements FilterSpec {

    public WasmSpec {
        allowedCapabilities = List.copyOf(allowedCapabilities);
    }

    @Override
    public String typeName() {
        return "envoy.extensions.filters.http.wasm.v3.Wasm";
    }

    // Bytes by content: a plugin whose configuration did not change keeps running over an update.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WasmSpec that
                && vm.equals(that.vm)
                && Arrays.equals(configuration, that.configuration)
                && rest().equals(that.rest());
    }

    @Override
    public int hashCode() {
        return 31 * vm.hashCode() + Arrays.hashCode(configuration);
    }

    private List<Object> rest() {
        return List.of(
                name,
                rootId,
                failurePolicy,
                reloadBackoffBase,
                reloadBackoffMax,
                allowOnHeadersStopIteration,
                allowedCapabilities,
                limits);
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
            String vmId, Code code, byte[] configuration, Map<String, String> environment) {
        public Vm {
            environment = Map.copyOf(environment);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Vm that
                    && vmId.equals(that.vmId)
                    && code.equals(that.code)
                    && environment.equals(that.environment)
                    && Arrays.equals(configuration, that.configuration);
        }

        @Override
        public int hashCode() {
            return 31 * code.hashCode() + Arrays.hashCode(configuration);
        }
    }

    /** Where the module is. */
    public sealed interface Code {
        /** A file or the bytes themselves. */
        record Local(DataSource source) implements Code {}

        /**
         * To be fetched over HTTP.
         *
         * @param nackOnMiss refuse the configuration while the module is not in the cache
         */
        record Remote(RemoteDataSource source, boolean nackOnMiss) implements Code {}
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
