package io.postern.filters.wasm.engine.translate;

/** A guest executed an instruction that traps; the stack trace has the guest's functions. */
public final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the wording of the specification's tests. */
    public Trap(String message) {
        super(message);
    }
}
