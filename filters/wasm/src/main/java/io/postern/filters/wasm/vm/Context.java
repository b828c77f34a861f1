package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.CallContext;

/** A root or stream context of an instance. Confined to the instance's thread. */
sealed interface Context extends CallContext permits RootContext, StreamContext {
    /** The number the guest knows it by. */
    int id();

    /** The root context of its plugin; itself for a root context. */
    RootContext root();

    /** Does what the guest asked for while it ran; called when it has returned. */
    void settle();
}
