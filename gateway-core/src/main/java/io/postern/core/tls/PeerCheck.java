package io.postern.core.tls;

import io.postern.config.model.Tls.Validation;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a peer's certificate as Envoy's default validator does: the chain when a CA is
 * configured, one of the names when names are, one of the hashes when hashes are. The host name is
 * not looked at unless {@code auto_sni_san_validation} says so. Thread-safe.
 */
final class PeerCheck extends X509ExtendedTrustManager {
    private final @Nullable Validation rules;
    private final @Nullable X509ExtendedTrustManager chain;
    private final List<X509Certificate> authorities;
    private final boolean nameIsSni;

    /**
     * @param rules null: any certificate will do
     * @param nameIsSni the certificate must cover the server name that was asked for
     */
    PeerCheck(@Nullable Validation rules, boolean nameIsSni) {
        this.rules = rules;
        this.nameIsSni = nameIsSni;
        if (rules == null || rules.trustedCa() == null) {
            if (rules != null && !rules.subjectAltNames().isEmpty()) {
                throw new TlsConfigException(
                        "match_typed_subject_alt_names without trusted_ca accepts names that"
                                + " anybody can make up (expected: trusted_ca as well)");
            }
            this.authorities = List.of();
            this.chain = null;
        } else {
            this.authorities = Certificates.read(rules.trustedCa());
            this.chain = ChainTrust.of(rules, authorities);
        }
    }

    /** Whether certificates are checked at all. */
    boolean checks() {
        return rules != null;
    }

    /** Whether {@code peer}, which a handshake let pass, stands the check. */
    boolean isTrusted(List<X509Certificate> peer, boolean server) {
        if (rules == null || peer.isEmpty()) {
            return false;
        }
        if (!rules.acceptUntrusted()) {
            return true;
        }
        try {
            checkChain(peer.toArray(X509Certificate[]::new), "UNKNOWN", server);
            return chain != null;
        } catch (CertificateException e) {
            return false;
        }
    }

    private void check(X509Certificate[] peer, String how, boolean server, String name)
            throws CertificateException {
        Validation wanted = rules;
        if (wanted == null) {
            return;
        }
        if (!wanted.acceptUntrusted()) {
            checkChain(peer, how, server);
        }
        PeerNames names = PeerNames.of(peer[0]);
        boolean named =
                nameIsSni
                        ? names.covers(name)
                        : wanted.subjectAltNames().isEmpty()
                                || names.matchesAny(wanted.subjectAltNames());
        if (!named) {
            String seen =
                    names.all().stream()
                            .map(PeerNames.Name::text)
                            .collect(Collectors.joining(", "));
            throw new PeerRejectedException("SAN matcher, certificate SANs are [" + seen + "]");
        }
        checkHashes(wanted, peer[0]);
    }

    private void checkChain(X509Certificate[] peer, String how, boolean server)
            throws CertificateException {
        if (chain == null) {
            return;
        }
        try {
            if (server) {
                chain.checkServerTrusted(peer, how);
            } else {
                chain.checkClientTrusted(peer, how);
            }
        } catch (CertificateException e) {
            throw new PeerRejectedException(
                    "X509_verify_cert: certificate verification error at depth 0: "
                            + reason(e, peer[0]),
                    e);
        }
    }

    /** OpenSSL's words for the commonest reasons. */
    private static String reason(CertificateException failure, X509Certificate leaf) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "certificate has expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "certificate is not yet valid";
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == BasicReason.REVOKED) {
                return "certificate revoked";
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
                return "unable to get certificate CRL";
            }
        }
        return leaf.getSubjectX500Principal().equals(leaf.getIssuerX500Principal())
                ? "self signed certificate"
                : "unable to get local issuer certificate";
    }

    private static void checkHashes(Validation wanted, X509Certificate leaf)
            throws CertificateException {
        if (wanted.spkiHashes().isEmpty() && wanted.certificateHashes().isEmpty()) {
            return;
        }
        String spki = Base64.getEncoder().encodeToString(sha256(leaf.getPublicKey().getEncoded()));
        String whole = HexFormat.of().formatHex(sha256(leaf.getEncoded()));
        for (String hash : wanted.certificateHashes()) {
            if (hash.replace(":", "").toLowerCase(Locale.ROOT).equals(whole)) {
                return;
            }
        }
        if (!wanted.spkiHashes().contains(spki)) {
            throw new PeerRejectedException("cert hash and spki");
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] peer, String how, SSLEngine engine)
            throws CertificateException {
        check(peer, how, true, String.valueOf(engine.getPeerHost()));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] peer, String how, SSLEngine engine)
            throws CertificateException {
        check(peer, how, false, "");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] peer, String how, Socket socket)
            throws CertificateException {
        check(peer, how, true, "");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] peer, String how, Socket socket)
            throws CertificateException {
        check(peer, how, false, "");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] peer, String how) throws CertificateException {
        check(peer, how, true, "");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] peer, String how) throws CertificateException {
        check(peer, how, false, "");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new ArrayList<>(authorities).toArray(X509Certificate[]::new);
    }
}
