package io.postern.core.format;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** Certificates in words, as Envoy puts them. Thread-safe: pure functions. */
public final class CertificateText {
    private static final Map<String, String> NAMES =
            Map.of("1.2.840.113549.1.9.1", "emailAddress", "2.5.4.5", "serialNumber");

    private CertificateText() {}

    /** A subject or issuer in RFC 2253. */
    static String name(X500Principal principal) {
        return principal.getName(X500Principal.RFC2253, NAMES);
    }

    /** The serial number in whole octets. */
    static String serial(X509Certificate certificate) {
        BigInteger number = certificate.getSerialNumber();
        String digits = number.toString(16);
        return digits.length() % 2 == 0 ? digits : "0" + digits;
    }

    /** {@code algorithm}: as the JDK names it, {@code SHA-256}. */
    static String fingerprint(X509Certificate certificate, String algorithm) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return HexFormat.of().formatHex(digest.digest(encoded(certificate)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JVM has " + algorithm, e);
        }
    }

    /** PEM of some certificates, made fit for a header. */
    public static String pem(List<byte[]> certificates) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        var text = new StringBuilder();
        for (byte[] certificate : certificates) {
            text.append("-----BEGIN CERTIFICATE-----\n")
                    .append(lines.encodeToString(certificate))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return text.toString()
                .replace("\n", "%0A")
                .replace(" ", "%20")
                .replace("+", "%2B")
                .replace("/", "%2F")
                .replace("=", "%3D");
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("bug: a certificate that was just decoded", e);
        }
    }

    /** Subject alternative names of one type (RFC 5280 4.2.1.6), with commas between. */
    static String names(X509Certificate certificate, int type) {
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            List<String> found = new ArrayList<>();
            for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
                if (entry.get(0) instanceof Integer of
                        && of == type
                        && entry.get(1) instanceof String text) {
                    found.add(text);
                }
            }
            return String.join(",", found);
        } catch (CertificateParsingException e) {
            return ""; // names that cannot be read are none
        }
    }
}
