package io.postern.core.format;

import io.postern.sdk.StreamInfo;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Operators that show TLS connections and their certificates, downstream and upstream. Thread-safe:
 * pure functions.
 *
 * <p>Source: Envoy 1.40, {@code %DOWNSTREAM_PEER_*%} and their like.
 */
final class CertificateOperators {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private CertificateOperators() {}

    static @Nullable Operator of(String name, String argument) {
        Function<StreamInfo, @Nullable TlsInfo> side = side(name);
        if (side == null) {
            return null;
        }
        String what = name.substring(name.indexOf('_') + 1);
        Function<TlsInfo, String> ofConnection = ofConnection(what);
        if (ofConnection != null) {
            return text(side, ofConnection);
        }
        if (what.startsWith("PEER_CERT_V_")) {
            return time(side, what.endsWith("START"), argument);
        }
        boolean peer = what.startsWith("PEER_");
        Function<X509Certificate, String> source =
                peer || what.startsWith("LOCAL_")
                        ? ofCertificate(what.substring(what.indexOf('_') + 1))
                        : null;
        return source == null
                ? null
                : text(
                        side,
                        tls -> {
                            X509Certificate shown = peer ? first(tls) : tls.localCertificate();
                            return shown == null ? "" : source.apply(shown);
                        });
    }

    private static @Nullable Function<StreamInfo, @Nullable TlsInfo> side(String name) {
        if (name.startsWith("DOWNSTREAM_")) {
            return StreamInfo::downstreamTls;
        }
        return name.startsWith("UPSTREAM_") ? StreamInfo::upstreamTls : null;
    }

    private static @Nullable Function<TlsInfo, String> ofConnection(String what) {
        return switch (what) {
            case "TLS_VERSION" -> TlsInfo::version;
            case "TLS_CIPHER" -> TlsInfo::cipherSuite;
            case "TLS_SESSION_ID" -> TlsInfo::sessionId;
            case "PEER_CERT" -> tls -> pem(first(tls));
            case "PEER_CHAIN_FINGERPRINTS_256" -> chain(one -> fingerprint(one, "SHA-256"));
            case "PEER_CHAIN_FINGERPRINTS_1" -> chain(one -> fingerprint(one, "SHA-1"));
            case "PEER_CHAIN_SERIALS" -> chain(CertificateText::serial);
            default -> null;
        };
    }

    private static @Nullable Function<X509Certificate, String> ofCertificate(String what) {
        return switch (what) {
            case "SUBJECT" -> one -> CertificateText.name(one.getSubjectX500Principal());
            case "ISSUER" -> one -> CertificateText.name(one.getIssuerX500Principal());
            case "SERIAL" -> CertificateText::serial;
            case "FINGERPRINT_256" -> one -> fingerprint(one, "SHA-256");
            case "FINGERPRINT_1" -> one -> fingerprint(one, "SHA-1");
            case "URI_SAN" -> one -> CertificateText.names(one, URI);
            case "DNS_SAN" -> one -> CertificateText.names(one, DNS);
            case "IP_SAN" -> one -> CertificateText.names(one, IP);
            case "EMAIL_SAN" -> one -> CertificateText.names(one, EMAIL);
            default -> null;
        };
    }

    private static String fingerprint(X509Certificate certificate, String algorithm) {
        return CertificateText.fingerprint(certificate, algorithm);
    }

    private static String pem(@Nullable X509Certificate certificate) {
        return certificate == null
                ? ""
                : CertificateText.pem(List.of(CertificateText.encoded(certificate)));
    }

    private static Function<TlsInfo, String> chain(Function<X509Certificate, String> source) {
        return tls -> String.join(",", tls.peerChain().stream().map(source).toList());
    }

    private static @Nullable X509Certificate first(TlsInfo tls) {
        return tls.peerChain().isEmpty() ? null : tls.peerChain().getFirst();
    }

    private static Operator text(
            Function<StreamInfo, @Nullable TlsInfo> side, Function<TlsInfo, String> source) {
        return Operator.text(view -> {
            TlsInfo tls = side.apply(view.streamInfo());
            return tls == null ? "" : source.apply(tls);
        });
    }

    private static Operator time(
            Function<StreamInfo, @Nullable TlsInfo> side, boolean start, String pattern) {
        TimeFormat format = TimeFormat.ofOperator(pattern, null);
        return (view, out) -> {
            TlsInfo tls = side.apply(view.streamInfo());
            X509Certificate shown = tls == null ? null : first(tls);
            if (shown == null) {
                return false;
            }
            Instant at = (start ? shown.getNotBefore() : shown.getNotAfter()).toInstant();
            format.write(at.getEpochSecond() * 1_000_000_000L, out);
            return true;
        };
    }
}
