package io.postern.filters.opa.engine;

/**
 * Why an evaluation gave no result; a value, not an exception.
 *
 * @param kind what happened
 * @param message for the log, never for a client
 */
public record PolicyFailure(Kind kind, String message) {
    /** What happened, and so what becomes of the instance. */
    public enum Kind {
        /** The policy gave up: a conflict between rules, out of memory. The instance goes on. */
        ABORTED,
        /** The input does not fit into the instance. The instance goes on. */
        TOO_LARGE,
        /** A wasm trap or a bug of ours. The instance is to be replaced. */
        TRAPPED,
        /** It took too long and was stopped. The instance is to be replaced. */
        TIMED_OUT
    }

    /** Whether the instance that failed must not be used again. */
    public boolean poisonsInstance() {
        return kind == Kind.TRAPPED || kind == Kind.TIMED_OUT;
    }
}
