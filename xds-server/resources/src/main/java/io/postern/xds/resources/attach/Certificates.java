package io.postern.xds.resources.attach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.xds.resources.document.Document;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What Secrets and ConfigMaps hold. */
public final class Certificates {
    private Certificates() {}

    /** Member {@code name} of a Secret or ConfigMap; null: it is not there, or no base64. */
    public static byte @Nullable [] bytes(Document document, String name) {
        var root = document.root();
        boolean secret = document.key().kind().equals("Secret");
        var plain = root.at(secret ? "stringData" : "data");
        if (plain.entries().containsKey(name)) {
            return plain.entry(name).text().getBytes(UTF_8);
        }
        var encoded = root.at(secret ? "data" : "binaryData").entries().get(name);
        if (encoded == null) {
            return null;
        }
        try {
            return Base64.getMimeDecoder().decode(encoded.text());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** The same as text. */
    public static @Nullable String text(Document document, String name) {
        var bytes = bytes(document, name);
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** What keeps a Secret from being a certificate with its key; empty: nothing. */
    static String problem(Document secret) {
        var type = secret.root().text("type");
        if (!type.isEmpty() && !type.equals("kubernetes.io/tls")) {
            return secret.key() + " is of type " + type + " (expected: kubernetes.io/tls)";
        }
        var chain = bytes(secret, "tls.crt");
        var key = text(secret, "tls.key");
        if (chain == null || key == null) {
            return secret.key() + " has no " + (chain == null ? "tls.crt" : "tls.key");
        }
        var certificate = certificate(chain);
        if (certificate == null) {
            return "tls.crt of " + secret.key() + " is no PEM of a certificate";
        }
        var problem = PrivateKeys.problem(key, certificate.getPublicKey());
        return problem.isEmpty() ? "" : "tls.key of " + secret.key() + " " + problem;
    }

    /** Whether these are certificates in PEM. */
    public static boolean pem(byte[] bytes) {
        return certificate(bytes) != null;
    }

    /** The first certificate. */
    private static @Nullable Certificate certificate(byte[] chain) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var all = factory.generateCertificates(new ByteArrayInputStream(chain));
            return all.isEmpty() ? null : all.iterator().next();
        } catch (CertificateException _) {
            return null;
        }
    }
}
