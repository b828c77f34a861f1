package io.postern.filters.wasm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.filters.wasm.vm.Plugin;
import io.postern.filters.wasm.vm.VmSlots;
import io.postern.filters.wasm.vm.VmSpec;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;

/** A plugin with its compiled code, ready for workers. Thread-safe: immutable. */
record LoadedPlugin(VmSlots slots, VmSpec vm, Plugin plugin) implements LoadedFilter {
    @Override
    public WorkerFilter forWorker(Worker worker) {
        try {
            return slots.join(vm, plugin, worker);
        } catch (GuestTrap e) {
            throw WasmFilterFactory.refused(plugin.name(), e.getMessage());
        } catch (ModuleException e) {
            throw WasmFilterFactory.refused(plugin.name(), "the module " + e.getMessage());
        }
    }
}
