package io.postern.filters.opa.builtin;

/**
 * A built-in function cannot work with its operands. Never leaves the engine: the call is undefined
 * for the policy. Without a stack trace, because bad tokens and dates are ordinary input.
 */
public final class BuiltinError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BuiltinError(String message) {
        super(message, null, false, false);
    }
}
