package io.postern.core.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.PKIXCertPathChecker;
import java.util.Collection;
import java.util.Set;

/**
 * Bounds the number of authorities in a chain, the trusted one included: the JDK's own bound holds
 * for chains that it has to search for, and a peer sends its chain. One per check: it counts.
 *
 * <p>Source: {@code max_verify_depth} of Envoy's {@code CertificateValidationContext}.
 */
final class ChainLength extends PKIXCertPathChecker {
    private final int most;
    private int seen;

    ChainLength(int most) {
        this.most = most;
    }

    @Override
    public void init(boolean forward) {
        seen = 0;
    }

    @Override
    public boolean isForwardCheckingSupported() {
        return true;
    }

    @Override
    public Set<String> getSupportedExtensions() {
        return Set.of();
    }

    /** Called for every certificate but the trusted one; the last, or first, is the peer's own. */
    @Override
    public void check(Certificate certificate, Collection<String> unresolved)
            throws CertPathValidatorException {
        seen++;
        if (seen > most) {
            throw new CertPathValidatorException(
                    "certificate chain too long (at most " + most + " authorities)");
        }
    }
}
