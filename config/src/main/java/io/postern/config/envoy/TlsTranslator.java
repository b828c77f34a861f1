package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.DataSource;
import io.postern.config.model.StringMatcher;
import io.postern.config.model.Tls;
import io.postern.config.source.Spot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the TLS transport sockets of both sides. */
final class TlsTranslator {
    private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.";
    private static final String DOWNSTREAM = TLS + "DownstreamTlsContext";
    private static final String UPSTREAM = TLS + "UpstreamTlsContext";
    private static final String RAW_BUFFER =
            "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

    /** Where distributions keep the certificates of the authorities that they trust. */
    private static final List<String> SYSTEM_ROOTS =
            List.of(
                    "/etc/ssl/certs/ca-certificates.crt",
                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                    "/etc/pki/tls/certs/ca-bundle.crt",
                    "/etc/ssl/ca-bundle.pem",
                    "/etc/ssl/cert.pem");

    private static final String SESSIONS = "it only changes how sessions are resumed";

    private final Translation translation;
    private final CommonTranslator common;
    private final MatcherTranslator matchers;
    private final SecretTranslator secrets;

    TlsTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
        this.matchers = new MatcherTranslator(translation);
        this.secrets = new SecretTranslator(translation);
    }

    /** Tells what is wrong with a secret. */
    void check(Secret secret, Spot spot) {
        if (secret.hasTlsCertificate()) {
            var _ = certificate(secret.getTlsCertificate(), spot.field("tls_certificate"));
        } else if (secret.hasValidationContext()) {
            var _ = validation(secret.getValidationContext(), spot.field("validation_context"));
        } else {
            translation.error(
                    spot, "not supported yet: secrets other than certificates and authorities");
        }
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.core.v3.TransportSocket")
                        .reads("name", "typed_config"),
                MessageSupport.of(RAW_BUFFER),
                MessageSupport.of(DOWNSTREAM)
                        .reads("common_tls_context", "require_client_certificate")
                        .accepts(
                                SESSIONS,
                                "disable_stateless_session_resumption",
                                "disable_stateful_session_resumption",
                                "session_timeout",
                                "session_ticket_keys",
                                "session_ticket_keys_sds_secret_config")
                        .only("require_sni", "false")
                        .only("ocsp_staple_policy", "LENIENT_STAPLING"),
                MessageSupport.of(UPSTREAM)
                        .reads(
                                "common_tls_context",
                                "sni",
                                "auto_host_sni",
                                "auto_sni_san_validation")
                        .accepts(SESSIONS, "max_session_keys")
                        .only("allow_renegotiation", "false")
                        .accepts("certificates are always checked so", "enforce_rsa_key_usage"),
                MessageSupport.of(TLS + "CommonTlsContext")
                        .reads(
                                "tls_params",
                                "tls_certificates",
                                "tls_certificate_sds_secret_configs",
                                "validation_context",
                                "validation_context_sds_secret_config",
                                "combined_validation_context",
                                "alpn_protocols"),
                MessageSupport.of(TLS + "TlsCertificate").reads("certificate_chain", "private_key"),
                MessageSupport.of(TLS + "TlsParameters")
                        .reads(
                                "tls_minimum_protocol_version",
                                "tls_maximum_protocol_version",
                                "cipher_suites",
                                "ecdh_curves"),
                MessageSupport.of(TLS + "CertificateValidationContext")
                        .reads(
                                "trusted_ca",
                                "verify_certificate_spki",
                                "verify_certificate_hash",
                                "match_typed_subject_alt_names",
                                "match_subject_alt_names",
                                "trust_chain_verification",
                                "crl",
                                "only_verify_leaf_cert_crl",
                                "max_verify_depth",
                                "system_root_certs"),
                MessageSupport.of(TLS + "CertificateValidationContext.SystemRootCerts"),
                MessageSupport.of(TLS + "SubjectAltNameMatcher").reads("san_type", "matcher"));
    }

    /** Null for a raw_buffer. */
    Tls.@Nullable Downstream downstream(
            TransportSocket socket, Duration handshakeTimeout, Spot spot) {
        var any = socket.getTypedConfig();
        if (!Translation.is(any, DOWNSTREAM)) {
            other(socket, DOWNSTREAM, spot);
            return null;
        }
        var tls = Translation.unpack(any, DownstreamTlsContext.parser());
        var at = spot.field("typed_config");
        var shared = shared(tls.getCommonTlsContext(), at.field("common_tls_context"));
        boolean none = tls.getCommonTlsContext().getTlsCertificateSdsSecretConfigsCount() == 0;
        if (none && shared.certificates().isEmpty()) {
            translation.error(
                    at, "no TLS certificates for the server side (expected: tls_certificates)");
        }
        return new Tls.Downstream(
                shared, tls.getRequireClientCertificate().getValue(), handshakeTimeout);
    }

    /**
     * Null for a raw_buffer.
     *
     * @param autoSni auto_sni of the cluster's HTTP options
     * @param autoSanValidation auto_san_validation of them
     */
    Tls.@Nullable Upstream upstream(
            TransportSocket socket, boolean autoSni, boolean autoSanValidation, Spot spot) {
        var any = socket.getTypedConfig();
        if (!Translation.is(any, UPSTREAM)) {
            other(socket, UPSTREAM, spot);
            return null;
        }
        var tls = Translation.unpack(any, UpstreamTlsContext.parser());
        var at = spot.field("typed_config").field("common_tls_context");
        return new Tls.Upstream(
                shared(tls.getCommonTlsContext(), at),
                tls.getSni(),
                autoSni || tls.getAutoHostSni(),
                autoSanValidation || tls.getAutoSniSanValidation());
    }

    private void other(TransportSocket socket, String expected, Spot spot) {
        var name = MessageTypes.nameOf(socket.getTypedConfig().getTypeUrl());
        boolean named = socket.getName().equals("envoy.transport_sockets.raw_buffer");
        boolean raw = name.isEmpty() ? named : name.equals(RAW_BUFFER);
        if (!raw) {
            translation.error(
                    spot,
                    "the transport socket "
                            + (name.isEmpty()
                                    ? "has no typed_config"
                                    : "is for the other side: " + name)
                            + " (expected: "
                            + expected
                            + ")",
                    "write \"@type\": " + MessageTypes.URL_PREFIX + expected);
        }
    }

    private Tls.Common shared(CommonTlsContext context, Spot spot) {
        var params = context.getTlsParams();
        var certificates =
                new ArrayList<>(
                        Translation.each(
                                context.getTlsCertificatesList(),
                                spot.field("tls_certificates"),
                                this::certificate));
        secrets.certificates(context, spot)
                .forEach(found -> certificates.add(certificate(found.message(), found.spot())));
        var validation = secrets.validation(context, spot);
        return new Tls.Common(
                certificates,
                validation == null ? null : validation(validation.message(), validation.spot()),
                context.getAlpnProtocolsList(),
                version(params.getTlsMinimumProtocolVersion()),
                version(params.getTlsMaximumProtocolVersion()),
                params.getCipherSuitesList(),
                params.getEcdhCurvesList());
    }

    private Tls.Certificate certificate(TlsCertificate certificate, Spot spot) {
        if (!certificate.hasCertificateChain() || !certificate.hasPrivateKey()) {
            translation.error(spot, "a certificate needs both certificate_chain and private_key");
        }
        return new Tls.Certificate(
                readable(
                        common.dataSource(
                                certificate.getCertificateChain(), spot.field("certificate_chain")),
                        spot.field("certificate_chain")),
                readable(
                        common.dataSource(certificate.getPrivateKey(), spot.field("private_key")),
                        spot.field("private_key")));
    }

    /** Tells now, with the place, that a file is missing; it is read when the listener starts. */
    private DataSource readable(DataSource source, Spot spot) {
        common.bytes(source, spot);
        return source;
    }

    private static String version(TlsProtocol version) {
        return switch (version) {
            case TLS_AUTO, UNRECOGNIZED -> "";
            case TLSv1_0 -> "TLSv1";
            case TLSv1_1 -> "TLSv1.1";
            case TLSv1_2 -> "TLSv1.2";
            case TLSv1_3 -> "TLSv1.3";
        };
    }

    @SuppressWarnings("deprecation") // Envoy still takes match_subject_alt_names
    private Tls.Validation validation(CertificateValidationContext context, Spot spot) {
        var names = new ArrayList<Tls.SanMatcher>();
        names.addAll(
                Translation.each(
                        context.getMatchTypedSubjectAltNamesList(),
                        spot.field("match_typed_subject_alt_names"),
                        this::subjectAltName));
        var untyped =
                Translation.each(
                        context.getMatchSubjectAltNamesList(),
                        spot.field("match_subject_alt_names"),
                        matchers::string);
        for (StringMatcher matcher : untyped) {
            for (var type : List.of("DNS", "URI", "EMAIL", "IP_ADDRESS")) {
                names.add(new Tls.SanMatcher(type, matcher));
            }
        }
        var authorities = authorities(context, spot);
        if (!names.isEmpty() && authorities == null) {
            translation.error(
                    spot,
                    "subject alternative names are compared, but trusted_ca is missing",
                    "add trusted_ca: a name in an unchecked certificate proves nothing");
        }
        return new Tls.Validation(
                authorities,
                names,
                context.getVerifyCertificateSpkiList(),
                context.getVerifyCertificateHashList(),
                context.getTrustChainVerification() == TrustChainVerification.ACCEPT_UNTRUSTED,
                context.hasCrl()
                        ? readable(
                                common.dataSource(context.getCrl(), spot.field("crl")),
                                spot.field("crl"))
                        : null,
                context.getOnlyVerifyLeafCertCrl(),
                Translation.number(
                        context.hasMaxVerifyDepth(),
                        context.getMaxVerifyDepth(),
                        Tls.Validation.ANY_NUMBER));
    }

    private @Nullable DataSource authorities(CertificateValidationContext context, Spot spot) {
        if (context.hasTrustedCa()) {
            var at = spot.field("trusted_ca");
            return readable(common.dataSource(context.getTrustedCa(), at), at);
        }
        if (!context.hasSystemRootCerts()) {
            return null;
        }
        for (var path : SYSTEM_ROOTS) {
            if (Files.isReadable(Path.of(path))) {
                return new DataSource.LocalFile(path);
            }
        }
        translation.error(
                spot.field("system_root_certs"),
                "this system has no root certificates (expected: one of " + SYSTEM_ROOTS + ")",
                "install the package ca-certificates");
        return null;
    }

    private Tls.SanMatcher subjectAltName(SubjectAltNameMatcher matcher, Spot spot) {
        var type =
                switch (matcher.getSanType()) {
                    case DNS -> "DNS";
                    case URI -> "URI";
                    case EMAIL -> "EMAIL";
                    case IP_ADDRESS -> "IP_ADDRESS";
                    case OTHER_NAME, SAN_TYPE_UNSPECIFIED, UNRECOGNIZED -> {
                        translation.error(
                                spot.field("san_type"),
                                "not supported yet: san_type " + matcher.getSanType());
                        yield "DNS";
                    }
                };
        return new Tls.SanMatcher(
                type, matchers.string(matcher.getMatcher(), spot.field("matcher")));
    }
}
