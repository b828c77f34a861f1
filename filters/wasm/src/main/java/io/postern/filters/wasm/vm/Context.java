package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.CallContext;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestTrap;

/** A root, stream or connection context of an instance. Confined to the instance's thread. */
sealed interface Context extends CallContext permits RootContext, ChildContext {
    /** The number the guest knows it by. */
    int id();

    /** The root context of its plugin; itself for a root context. */
    RootContext root();

    /** The instance it is in. */
    WasmVm vm();

    /** Does what the guest asked for while it ran; called when it has returned. */
    void settle();

    /** The instance is gone; {@code culprit}: it failed in a call for this context. */
    void onVmFailed(boolean culprit);

    // Calls of the guest on behalf of this context. After a trap the machine is failed, and its
    // contexts know.

    /** Calls a function of the context's id. */
    default int call(GuestFunction function) {
        WasmVm vm = vm();
        Context before = vm.enter(this);
        try {
            return function.call(id());
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }

    /** Calls a function of the context's id and a number. */
    default int call(GuestFunction function, int argument) {
        WasmVm vm = vm();
        Context before = vm.enter(this);
        try {
            return function.call(id(), argument);
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }

    /** Calls a function of the context's id, a size and whether that was the end. */
    default int call(GuestFunction function, int size, boolean end) {
        // ABI 0.1.0 has no end for headers: its functions do not look at the third argument
        WasmVm vm = vm();
        Context before = vm.enter(this);
        try {
            return function.call(id(), size, end ? 1 : 0);
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }
}
