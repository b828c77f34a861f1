package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS settings of both sides.
 *
 * <p>Source: {@code envoy.extensions.transport_sockets.tls.v3}.
 */
public sealed interface Tls {
    /** What both sides share. */
    Common common();

    /**
     * The client's side of the gateway.
     *
     * @param handshakeTimeout zero: the transport's own
     */
    record Downstream(Common common, boolean requireClientCertificate, Duration handshakeTimeout)
            implements Tls {
        /** With the transport's own time-out of handshakes. */
        public Downstream(Common common, boolean requireClientCertificate) {
            this(common, requireClientCertificate, Duration.ZERO);
        }

        /** Whether only certificates, keys and what peers are checked against may differ. */
        public boolean isSameButForSecrets(Downstream other) {
            return requireClientCertificate == other.requireClientCertificate
                    && handshakeTimeout.equals(other.handshakeTimeout)
                    && (common.validation == null) == (other.common.validation == null)
                    && common.withSecretsOf(other.common).equals(other.common);
        }
    }

    /**
     * The upstream's side.
     *
     * @param sni empty: none is sent, unless autoHostSni
     * @param autoHostSni take the SNI from the request's (rewritten) host
     */
    record Upstream(Common common, String sni, boolean autoHostSni, boolean autoSniSanValidation)
            implements Tls {}

    /**
     * Certificates, validation and parameters.
     *
     * @param certificates certificate chain and key pairs; the first is the default
     * @param validation null: the peer's certificate is not checked
     * @param minVersion {@code TLSv1.2} for example; empty: Envoy's default of the side
     * @param maxVersion empty: Envoy's default of the side
     * @param cipherSuites OpenSSL names; empty: the default
     * @param curves names of groups for the key exchange; empty: the default
     */
    record Common(
            List<Certificate> certificates,
            @Nullable Validation validation,
            List<String> alpnProtocols,
            String minVersion,
            String maxVersion,
            List<String> cipherSuites,
            List<String> curves) {
        public Common {
            curves = List.copyOf(curves);
            certificates = List.copyOf(certificates);
            alpnProtocols = List.copyOf(alpnProtocols);
            cipherSuites = List.copyOf(cipherSuites);
        }

        /** With the default groups. */
        public Common(
                List<Certificate> certificates,
                @Nullable Validation validation,
                List<String> alpnProtocols,
                String minVersion,
                String maxVersion,
                List<String> cipherSuites) {
            this(
                    certificates,
                    validation,
                    alpnProtocols,
                    minVersion,
                    maxVersion,
                    cipherSuites,
                    List.of());
        }

        private Common withSecretsOf(Common other) {
            return new Common(
                    other.certificates,
                    other.validation,
                    alpnProtocols,
                    minVersion,
                    maxVersion,
                    cipherSuites,
                    curves);
        }
    }

    /** A PEM chain and its PEM key. */
    record Certificate(DataSource chain, DataSource privateKey) {}

    /**
     * How a peer's certificate is checked.
     *
     * @param trustedCa PEM; null: only the hashes and names are compared
     * @param subjectAltNames one must match; empty: any name
     * @param spkiHashes base64 SHA-256 of the public key; empty: any
     * @param certificateHashes hex SHA-256 of the certificate; empty: any
     * @param revocationLists PEM; null: none are looked at
     * @param revocationOfLeafOnly authorities need no list
     * @param mostAuthorities in a chain, the trusted one included
     */
    record Validation(
            @Nullable DataSource trustedCa,
            List<SanMatcher> subjectAltNames,
            List<String> spkiHashes,
            List<String> certificateHashes,
            boolean acceptUntrusted,
            @Nullable DataSource revocationLists,
            boolean revocationOfLeafOnly,
            int mostAuthorities) {
        /** As many authorities as a chain may have where nothing is configured. */
        public static final int ANY_NUMBER = 100;

        public Validation {
            subjectAltNames = List.copyOf(subjectAltNames);
            spkiHashes = List.copyOf(spkiHashes);
            certificateHashes = List.copyOf(certificateHashes);
        }

        /** Without revocation lists. */
        public Validation(
                @Nullable DataSource trustedCa,
                List<SanMatcher> subjectAltNames,
                List<String> spkiHashes,
                List<String> certificateHashes,
                boolean acceptUntrusted) {
            this(
                    trustedCa,
                    subjectAltNames,
                    spkiHashes,
                    certificateHashes,
                    acceptUntrusted,
                    null,
                    false,
                    ANY_NUMBER);
        }
    }

    /**
     * A subject alternative name: {@code DNS}, {@code URI}, {@code EMAIL} or {@code IP_ADDRESS}.
     */
    record SanMatcher(String type, StringMatcher matcher) {}
}
