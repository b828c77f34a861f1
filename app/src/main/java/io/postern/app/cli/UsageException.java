package io.postern.app.cli;

/** A command line that is not understood; the message says which part and what was expected. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
