package io.postern.xds.resources.attach;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/** Whether a private key is that of a certificate. */
final class PrivateKeys {
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN (|RSA |EC )PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)"
                            + "-----END \\1PRIVATE KEY-----");

    private PrivateKeys() {}

    /** What is wrong with {@code pem}; empty: nothing that can be seen from here. */
    static String problem(String pem, PublicKey certificate) {
        var matcher = PEM.matcher(pem);
        if (!matcher.find()) {
            return "is no PEM of a private key";
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(matcher.group(2));
        } catch (IllegalArgumentException _) {
            return "is no PEM of a private key";
        }
        if (!matcher.group(1).isEmpty()) {
            return ""; // PKCS #1 and SEC 1, which the JDK does not read: nodes will
        }
        try {
            var key =
                    KeyFactory.getInstance(certificate.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(der));
            return belongs(key, certificate) ? "" : "does not belong to tls.crt";
        } catch (GeneralSecurityException _) {
            return "is no private key for a certificate of " + certificate.getAlgorithm();
        }
    }

    private static boolean belongs(PrivateKey key, PublicKey certificate)
            throws GeneralSecurityException {
        var algorithm =
                switch (certificate.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> certificate.getAlgorithm(); // Ed25519 signs by its own name
                };
        var proof = new byte[] {1, 2, 3};
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(proof);
        var signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(proof);
        return signature.verify(signed);
    }
}
