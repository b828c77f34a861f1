package io.postern.filters.wasm.engine.translate;

/** A function body breaks a rule of the WebAssembly core specification; the message says which. */
public final class InvalidCode extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for the module's author. */
    public InvalidCode(String message) {
        super(message);
    }
}
