package io.postern.filters.opa.builtin.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.postern.filters.opa.builtin.BuiltinError;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys to check signatures with: out of a PEM certificate, a PEM public key, a JWK or a JWK set.
 *
 * @param keys in the order in which they were given
 */
record VerificationKeys(List<VerificationKey> keys) {
    private static final Set<String> ALGORITHMS =
            Set.of(
                    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                    "HS256", "HS384", "HS512", "EdDSA");

    VerificationKeys {
        keys = List.copyOf(keys);
    }

    /**
     * A key and what is said about it.
     *
     * @param id key id; empty: none
     * @param algorithm the only algorithm it is for; empty: not said
     */
    record VerificationKey(String id, String algorithm, Key key) {}

    static VerificationKeys parse(String text) {
        try {
            return new VerificationKeys(
                    text.contains("-----BEGIN") ? List.of(pem(text.strip())) : jwks(text));
        } catch (GeneralSecurityException
                | ParseException
                | IllegalArgumentException
                | JOSEException e) {
            throw new BuiltinError("keys cannot be read: " + e.getMessage());
        }
    }

    @Nullable VerificationKey byId(String id) {
        for (var key : keys) {
            if (key.id().equals(id)) {
                return key;
            }
        }
        return null;
    }

    private static VerificationKey pem(String text) throws GeneralSecurityException {
        String type = text.substring(11, Math.max(11, text.indexOf("-----", 11)));
        String end = "-----END " + type + "-----";
        if (!text.startsWith("-----BEGIN ") || !text.endsWith(end)) {
            throw new BuiltinError("extra data around a PEM certificate block");
        }
        if (type.equals("CERTIFICATE")) {
            var octets = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(octets);
            return new VerificationKey("", "", certificate.getPublicKey());
        }
        if (!type.equals("PUBLIC KEY")) {
            throw new BuiltinError("failed to extract a Key from the PEM certificate");
        }
        String base64 = text.substring(text.indexOf('\n') + 1, text.length() - end.length());
        var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        return new VerificationKey("", "", publicKey(spec));
    }

    private static PublicKey publicKey(X509EncodedKeySpec spec) throws GeneralSecurityException {
        InvalidKeySpecException last = new InvalidKeySpecException("not a public key");
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(spec);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw last;
    }

    private static List<VerificationKey> jwks(String text)
            throws ParseException, JOSEException, GeneralSecurityException {
        var jwks =
                text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
        var keys = new ArrayList<VerificationKey>();
        for (var jwk : jwks) {
            String algorithm = jwk.getAlgorithm() == null ? "" : jwk.getAlgorithm().getName();
            if (algorithm.isEmpty() || ALGORITHMS.contains(algorithm)) {
                String id = jwk.getKeyID() == null ? "" : jwk.getKeyID();
                keys.add(new VerificationKey(id, algorithm, key(jwk)));
            }
        }
        return keys;
    }

    private static Key key(JWK jwk) throws JOSEException, GeneralSecurityException {
        return switch (jwk) {
            case OctetSequenceKey secret -> new SecretKeySpec(secret.toByteArray(), "HMAC");
            case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) -> ed25519(pair);
            case AsymmetricJWK pair -> pair.toPublicKey();
            default -> throw new JOSEException("unsupported key type " + jwk.getKeyType());
        };
    }

    // RFC 8032 section 5.1.2: little-endian y, the top bit says whether x is odd.
    private static PublicKey ed25519(OctetKeyPair pair) throws GeneralSecurityException {
        byte[] littleEndian = pair.getDecodedX();
        byte[] y = new byte[littleEndian.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = littleEndian[y.length - 1 - i];
        }
        boolean isXOdd = y.length > 0 && y[0] < 0;
        if (y.length > 0) {
            y[0] &= 0x7f;
        }
        var point = new EdECPoint(isXOdd, new BigInteger(1, y));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    /** Octets of each half of an ECDSA signature by this key. */
    static int coordinateLength(ECKey key) {
        return (key.getParams().getOrder().bitLength() + 7) / 8;
    }
}
