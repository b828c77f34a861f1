package io.postern.filters.opa.decision;

/** A member of a decision has the wrong shape. Never leaves this package; has no stack trace. */
final class BadDecision extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadDecision(String message) {
        super(message, null, false, false);
    }
}
