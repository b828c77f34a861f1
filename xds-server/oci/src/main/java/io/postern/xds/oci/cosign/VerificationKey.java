package io.postern.xds.oci.cosign;

import io.postern.xds.oci.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key that signs what may be used: ECDSA, RSA or Ed25519. Immutable.
 *
 * @param id its fingerprint, for people
 */
public record VerificationKey(PublicKey key, String id) {
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final int P256_BITS = 256;

    /**
     * All keys of a text in PEM ({@code cosign.pub}).
     *
     * @throws IllegalArgumentException when there is none, or one that is not understood
     */
    public static List<VerificationKey> parse(String pem) {
        var keys = new ArrayList<VerificationKey>();
        Matcher found = PEM.matcher(pem);
        while (found.find()) {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            keys.add(new VerificationKey(decode(encoded), Digest.of(encoded).brief()));
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no '-----BEGIN PUBLIC KEY-----' in it");
        }
        return keys;
    }

    private static PublicKey decode(byte[] encoded) {
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException _) {
                // of another kind
            }
        }
        throw new IllegalArgumentException("a public key that is neither ECDSA, RSA nor Ed25519");
    }

    /** Whether {@code signature} of {@code message} is this key's. */
    boolean signed(byte[] message, byte[] signature) {
        for (String algorithm : algorithms()) {
            try {
                Signature verifier = Signature.getInstance(algorithm);
                verifier.initVerify(key);
                verifier.update(message);
                if (verifier.verify(signature)) {
                    return true;
                }
            } catch (GeneralSecurityException _) {
                // malformed: not this key's
            }
        }
        return false;
    }

    /** Of a larger curve, cosign hashes by its size since version 3, with sha256 before. */
    private List<String> algorithms() {
        return switch (key.getAlgorithm()) {
            case "EC" -> {
                int bits = ((ECPublicKey) key).getParams().getOrder().bitLength();
                String wide = bits <= 384 ? "SHA384withECDSA" : "SHA512withECDSA";
                yield bits <= P256_BITS
                        ? List.of("SHA256withECDSA")
                        : List.of("SHA256withECDSA", wide);
            }
            case "RSA" -> List.of("SHA256withRSA");
            default -> List.of("Ed25519");
        };
    }
}
