package io.postern.sdk;

/** A filter's configuration cannot work; the message is shown to the operator as it is. */
public final class FilterLoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, where, what was expected, and the likely cure. */
    public FilterLoadException(String message) {
        super(message);
    }

    /** The same with the failure behind it. */
    public FilterLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
