package io.postern.filters.wasm.vm;

/** Who waits for a machine that is being rebuilt. Confined to the worker's loop. */
interface AwaitsVm {
    /** It has been rebuilt. */
    void onVmReady(WasmVm ready);

    /** It cannot be rebuilt for now. */
    void onVmAway();
}
