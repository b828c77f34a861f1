package io.postern.filters.wasm.engine.translate;

/** A module uses a proposal that this translator leaves to the engine's own compiler. */
public final class UnsupportedCode extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code what}: the module has. */
    public UnsupportedCode(String what) {
        super(what, null, false, false);
    }
}
