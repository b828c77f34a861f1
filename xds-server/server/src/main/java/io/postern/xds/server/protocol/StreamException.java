package io.postern.xds.server.protocol;

/** A request for which the stream has to end; the message says what was expected. */
public final class StreamException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How it ends, as gRPC says it. */
    public enum Reason {
        INVALID_ARGUMENT,
        RESOURCE_EXHAUSTED,
        PERMISSION_DENIED
    }

    private final Reason reason;

    public StreamException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The gRPC status. */
    public Reason reason() {
        return reason;
    }
}
