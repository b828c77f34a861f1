package io.postern.filters.wasm.engine;

/**
 * A function that the host offers to guests. Called on the thread that runs the guest, possibly
 * millions of times a second: it allocates nothing it can avoid and keeps no reference to {@code
 * args}.
 *
 * @param <H> what the embedder passes to {@link CompiledModule#instantiate}
 */
@FunctionalInterface
public interface HostFunction<H> {
    /**
     * Runs the call.
     *
     * @param args the guest's arguments, i32 in the low half; may be longer than the signature
     * @return the i32 result; not used when the signature has none
     * @throws GuestTrap to end the guest call; nothing else may be thrown
     */
    int call(H host, long[] args);
}
