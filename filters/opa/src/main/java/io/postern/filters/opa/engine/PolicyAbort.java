package io.postern.filters.opa.engine;

/** The policy called {@code opa_abort}; unwinds the guest's stack. Never leaves this package. */
final class PolicyAbort extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PolicyAbort(String message) {
        super(message, null, false, false);
    }
}
