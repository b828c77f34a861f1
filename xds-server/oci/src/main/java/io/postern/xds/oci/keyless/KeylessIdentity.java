package io.postern.xds.oci.keyless;

import dev.sigstore.KeylessVerificationException;
import dev.sigstore.KeylessVerifier;
import dev.sigstore.VerificationOptions;
import dev.sigstore.VerificationOptions.CertificateMatcher;
import dev.sigstore.bundle.Bundle;
import dev.sigstore.bundle.BundleParseException;
import dev.sigstore.fulcio.client.FulcioVerificationException;
import dev.sigstore.rekor.client.RekorEntry;
import dev.sigstore.strings.StringMatcher;
import dev.sigstore.trustroot.SigstoreConfigurationException;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Somebody who signs without a key of their own: a certificate authority (Fulcio) has said for some
 * minutes who they are, and a log (Rekor) when they signed. Nothing is asked of either: what they
 * said is in the bundle, and their keys are in the trust root, a {@code trusted_root.json}.
 * Thread-safe: immutable.
 *
 * <p>Source: sigstore's protobuf-specs, {@code sigstore_bundle.proto}, {@code
 * sigstore_trustroot.proto}.
 */
public final class KeylessIdentity {
    private final String id;
    private final KeylessVerifier verifier;
    private final VerificationOptions options;
    private final LoggedVerifier logged;

    private KeylessIdentity(
            String id,
            KeylessVerifier verifier,
            VerificationOptions options,
            LoggedVerifier logged) {
        this.id = id;
        this.verifier = verifier;
        this.options = options;
        this.logged = logged;
    }

    /**
     * Of a trust root.
     *
     * @param identity the certificate's subject: an e-mail address or a URI, letter by letter
     * @param issuer who knew them (OpenID Connect), letter by letter
     * @param trustedRoot content of {@code trusted_root.json}
     * @throws IllegalArgumentException when that is no trust root
     */
    public static KeylessIdentity of(String identity, String issuer, String trustedRoot) {
        byte[] octets = trustedRoot.getBytes(StandardCharsets.UTF_8);
        try {
            var root = SigstoreTrustedRoot.from(new ByteArrayInputStream(octets));
            if (root.getCAs().isEmpty()
                    || root.getTLogs().isEmpty()
                    || root.getCTLogs().isEmpty()) {
                throw new IllegalArgumentException(
                        "it lacks certificate authorities, tlogs or ctlogs");
            }
            var matcher =
                    CertificateMatcher.fulcio()
                            .subjectAlternativeName(StringMatcher.string(identity))
                            .issuer(StringMatcher.string(issuer))
                            .build();
            return new KeylessIdentity(
                    identity + " (" + issuer + ", trust root " + Digest.of(octets).brief() + ")",
                    KeylessVerifier.builder().trustedRootProvider(() -> root).build(),
                    VerificationOptions.builder().addCertificateMatchers(matcher).build(),
                    new LoggedVerifier(root, matcher));
        } catch (SigstoreConfigurationException | GeneralSecurityException | RuntimeException e) {
            // the library has unchecked exceptions for some of what can be wrong in it
            throw new IllegalArgumentException(
                    "the trust root is none: " + Text.shown(String.valueOf(e.getMessage())), e);
        }
    }

    /** For people, and for what is kept. */
    public String id() {
        return id;
    }

    /** Why {@code bundle} is no signature of theirs over {@code subject}; empty: it is one. */
    public Optional<String> problem(byte[] bundle, Digest subject) {
        if (subject.algorithm() != Digest.Algorithm.SHA256) {
            return Optional.of("it is about a sha256, the artifact is named by " + subject);
        }
        try {
            Bundle parsed =
                    Bundle.from(new StringReader(new String(bundle, StandardCharsets.UTF_8)));
            verifier.verify(HexFormat.of().parseHex(subject.hex()), parsed, options);
            return outOfTime(parsed);
        } catch (BundleParseException | KeylessVerificationException | RuntimeException e) {
            // the library has unchecked exceptions for some of what strangers can write
            return Optional.of(Text.shown(String.valueOf(e.getMessage())));
        }
    }

    /** Why that is no signature of theirs over its payload; empty: it is one. */
    public Optional<String> problem(LoggedSignature signature) {
        try {
            return logged.problem(signature);
        } catch (GeneralSecurityException
                | FulcioVerificationException
                | IOException
                | RuntimeException e) {
            // the library has unchecked exceptions for some of what strangers can write
            return Optional.of(Text.shown(String.valueOf(e.getMessage())));
        }
    }

    /** The library (2.0.0) does not compare the certificate with the log's time. */
    private static Optional<String> outOfTime(Bundle bundle) {
        RekorEntry entry = bundle.getEntries().getFirst();
        if (entry.getVerification().getSignedEntryTimestamp() == null) {
            return bundle.getTimestamps().isEmpty()
                    ? Optional.of("nobody says when it was signed")
                    : Optional.empty(); // the library has compared them
        }
        var leaf = (X509Certificate) bundle.getCertPath().getCertificates().getFirst();
        return LoggedVerifier.outOfTime(leaf, entry.getIntegratedTimeInstant());
    }
}
