package io.postern.core.tls;

/** TLS settings that cannot be used: says where, what, and the likely cure. Control side. */
public final class TlsConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TlsConfigException(String message) {
        super(message);
    }

    TlsConfigException(String message, Exception cause) {
        super(message, cause);
    }
}
