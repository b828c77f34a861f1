package io.postern.core.tls;

import io.postern.config.model.DataSource;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * Reads private keys: PKCS#8, PKCS#1 ({@code BEGIN RSA PRIVATE KEY}) and SEC 1 ({@code BEGIN EC
 * PRIVATE KEY}). Control side.
 */
final class PrivateKeys {
    private PrivateKeys() {}

    /** The key of {@code source}, which must belong to {@code certificate}. */
    static PrivateKey read(DataSource source, X509Certificate certificate) {
        Pem pem = Pem.read(source);
        for (Pem.Block block : pem.blocks()) {
            byte[] pkcs8 =
                    switch (block.type()) {
                        case "PRIVATE KEY" -> block.der();
                        case "RSA PRIVATE KEY" -> Pkcs8.fromPkcs1(block.der());
                        case "EC PRIVATE KEY" ->
                                Pkcs8.fromSec1(
                                        block.der(), certificate.getPublicKey().getEncoded());
                        default -> null;
                    };
            if (pkcs8 != null) {
                PrivateKey key = parse(pem.origin(), pkcs8, certificate.getPublicKey());
                checkPair(pem.origin(), key, certificate);
                return key;
            }
        }
        throw new TlsConfigException(
                pem.origin()
                        + " has no private key but '"
                        + pem.blocks().getFirst().type()
                        + "' (expected: BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC"
                        + " PRIVATE KEY, not encrypted)");
    }

    private static PrivateKey parse(String origin, byte[] pkcs8, PublicKey partner) {
        try {
            return KeyFactory.getInstance(partner.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new TlsConfigException(
                    origin
                            + ": the private key cannot be parsed as "
                            + partner.getAlgorithm()
                            + ", which its certificate's key is: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void checkPair(String origin, PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(probe);
            if (signer.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new TlsConfigException(
                    origin + ": the private key cannot be used: " + e.getMessage(), e);
        }
        throw new TlsConfigException(
                origin
                        + ": the private key does not belong to the certificate of "
                        + certificate.getSubjectX500Principal().getName()
                        + " (expected: the key that the first certificate of the chain was made"
                        + " for)");
    }
}
