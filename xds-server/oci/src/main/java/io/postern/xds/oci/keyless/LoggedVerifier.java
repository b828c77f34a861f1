package io.postern.xds.oci.keyless;

import dev.sigstore.VerificationOptions.CertificateMatcher;
import dev.sigstore.encryption.certificates.Certificates;
import dev.sigstore.encryption.signers.Verifiers;
import dev.sigstore.fulcio.client.FulcioVerificationException;
import dev.sigstore.fulcio.client.FulcioVerifier;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.sigstore.trustroot.TransparencyLog;
import io.postern.xds.oci.Digest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Checks keyless signatures of cosign's older format, which sigstore's library no longer reads: the
 * log proves nothing but promises, signed, to have taken the signature, as in cosign 1 and 2. The
 * chain that may stand beside the certificate is not used: authorities are in the trust root.
 * Thread-safe: immutable.
 */
final class LoggedVerifier {
    private final FulcioVerifier authorities;
    private final List<TransparencyLog> logs;
    private final CertificateMatcher who;

    LoggedVerifier(SigstoreTrustedRoot root, CertificateMatcher who)
            throws GeneralSecurityException {
        this.authorities = FulcioVerifier.newFulcioVerifier(root);
        this.logs = root.getTLogs();
        this.who = who;
    }

    /**
     * Why it is none that counts; empty: it is one.
     *
     * @throws IllegalArgumentException when it is not understood
     */
    Optional<String> problem(LoggedSignature one)
            throws GeneralSecurityException, IOException, FulcioVerificationException {
        if (one.entry().isEmpty()) {
            return Optional.of("no log says when it was signed (expected: its entry beside it)");
        }
        var certificate = (X509Certificate) Certificates.fromPem(one.certificate());
        authorities.verifySigningCertificate(Certificates.toCertPath(certificate));
        if (!who.test(certificate)) {
            return Optional.of("its certificate is of other identities: " + names(certificate));
        }
        if (!isSigned(certificate.getPublicKey(), one.payload(), one.signature())) {
            return Optional.of("the key of its certificate did not make it");
        }
        LogEntry entry = LogEntry.read(one.entry());
        Optional<TransparencyLog> log = TransparencyLog.find(logs, entry.log(), entry.at());
        if (log.isEmpty()
                || !isSigned(
                        log.get().getPublicKey().toJavaPublicKey(),
                        entry.promised(),
                        entry.promise())) {
            return Optional.of("its log entry is of no log of the trust root");
        }
        String payload = Digest.of(one.payload()).hex();
        return entry.isOf(payload, one.signature(), certificate)
                ? outOfTime(certificate, entry.at())
                : Optional.of("its log entry is of another signature");
    }

    private static String names(X509Certificate certificate) throws GeneralSecurityException {
        return String.valueOf(certificate.getSubjectAlternativeNames());
    }

    private static boolean isSigned(PublicKey key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        return Verifiers.newVerifier(key).verify(message, signature);
    }

    /**
     * The certificate holds for minutes: what was signed at another time was signed by somebody who
     * found its key.
     */
    static Optional<String> outOfTime(X509Certificate certificate, Instant at) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        return at.isBefore(begin) || at.isAfter(end)
                ? Optional.of(
                        "it was signed at %s, the certificate holds from %s to %s"
                                .formatted(at, begin, end))
                : Optional.empty();
    }
}
