package io.postern.core.tls;

import java.security.cert.CertificateException;

/** The peer's certificate was not accepted; the message has Envoy's words. */
final class PeerRejectedException extends CertificateException {
    private static final long serialVersionUID = 1;

    PeerRejectedException(String message) {
        super("verify cert failed: " + message);
    }

    PeerRejectedException(String message, Exception cause) {
        super("verify cert failed: " + message, cause);
    }
}
