package io.postern.filters.wasm.engine;

/**
 * A guest call ended abnormally. Its instance must not be called again: the guest's memory may be
 * half changed.
 */
public final class GuestTrap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a guest call ended. */
    public enum Kind {
        /** The guest executed a trapping instruction or ran off its memory or stack. */
        TRAP,
        /** The guest used up its time or its fuel. */
        DEADLINE,
        /** The guest asked to end, for example through {@code proc_exit}. */
        EXIT,
        /** The guest asked to end without an error: {@code proc_exit(0)}. */
        FINISHED
    }

    private final Kind kind;

    /** With a message for the operator; {@code kind} for metrics. */
    public GuestTrap(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** Why the call ended. */
    public Kind kind() {
        return kind;
    }
}
