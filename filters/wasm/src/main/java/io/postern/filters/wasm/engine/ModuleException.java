package io.postern.filters.wasm.engine;

/** A module cannot be used; the message says why in words for the operator. */
public final class ModuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModuleException(String message) {
        super(message);
    }

    ModuleException(String message, Throwable cause) {
        super(message, cause);
    }
}
