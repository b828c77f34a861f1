package io.postern.filters.wasm.vm;

import io.postern.config.model.WasmLimits;
import io.postern.filters.wasm.abi.AbiVersion;
import io.postern.filters.wasm.abi.GuestHost;
import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.HostFunctions;
import java.time.Duration;
import java.util.List;

/**
 * What every instance of a virtual machine is made from.
 *
 * @param key plugins with the same key share an instance on each worker
 * @param functions what the module may import
 * @param configuration read in {@code proxy_on_vm_start}
 * @param environment {@code NAME=value} strings, each ended by NUL
 * @param allowedCapabilities names of functions the module may import or export; empty: all
 * @param maximumMemoryBytes how far memory may grow
 * @param callBudget CPU time of one call
 * @param startBudget CPU time of each call while the machine starts
 * @param fuel instructions that calls may take, for modules that count them
 * @param hostCalls during one call, once the machine serves streams
 */
public record VmSpec(
        String key,
        String vmId,
        CompiledModule module,
        AbiVersion abi,
        HostFunctions<GuestHost> functions,
        List<String> allowedCapabilities,
        byte[] configuration,
        byte[] environment,
        long maximumMemoryBytes,
        Duration callBudget,
        Duration startBudget,
        WasmLimits.Fuel fuel,
        int hostCalls) {

    /** Whether the guest may be called through an export of this name. */
    boolean mayExport(String name) {
        return allowedCapabilities.isEmpty() || allowedCapabilities.contains(name);
    }
}
