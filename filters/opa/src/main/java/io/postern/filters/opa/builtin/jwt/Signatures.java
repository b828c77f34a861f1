package io.postern.filters.opa.builtin.jwt;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Checks signatures by the algorithms of RFC 7518 section 3 and RFC 8037. */
final class Signatures {
    private Signatures() {}

    /** Whether the signature is right; a key of the wrong kind never is. */
    static boolean verify(String algorithm, Key key, byte[] signed, byte[] signature) {
        try {
            return switch (algorithm) {
                case "HS256", "HS384", "HS512" ->
                        key instanceof SecretKey secret
                                && MessageDigest.isEqual(mac(algorithm, secret, signed), signature);
                case "RS256", "RS384", "RS512" ->
                        key instanceof RSAPublicKey rsa
                                && check(rsa(algorithm), rsa, signed, signature);
                case "PS256", "PS384", "PS512" ->
                        key instanceof RSAPublicKey rsa
                                && check(pss(algorithm), rsa, signed, signature);
                case "ES256", "ES384", "ES512" ->
                        key instanceof ECPublicKey ec
                                && signature.length == 2 * VerificationKeys.coordinateLength(ec)
                                && check(ecdsa(algorithm), ec, signed, signature);
                case "EdDSA" ->
                        key instanceof EdECPublicKey ed
                                && check(Signature.getInstance("Ed25519"), ed, signed, signature);
                default -> false;
            };
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A secret as a key; may be empty. */
    static SecretKey secret(byte[] octets) {
        return new SecretKeySpec(octets.length == 0 ? new byte[1] : octets, "HMAC");
    }

    private static byte[] mac(String algorithm, SecretKey secret, byte[] signed)
            throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA" + bits(algorithm));
        mac.init(secret);
        return mac.doFinal(signed);
    }

    private static boolean check(Signature check, PublicKey key, byte[] signed, byte[] signature)
            throws GeneralSecurityException {
        check.initVerify(key);
        check.update(signed);
        return check.verify(signature);
    }

    private static Signature rsa(String algorithm) throws GeneralSecurityException {
        return Signature.getInstance("SHA" + bits(algorithm) + "withRSA");
    }

    private static Signature ecdsa(String algorithm) throws GeneralSecurityException {
        return Signature.getInstance("SHA" + bits(algorithm) + "withECDSAinP1363Format");
    }

    private static Signature pss(String algorithm) throws GeneralSecurityException {
        String hash = "SHA-" + bits(algorithm);
        int saltLength = Integer.parseInt(bits(algorithm)) / 8;
        var pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(
                new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, 1));
        return pss;
    }

    private static String bits(String algorithm) {
        return algorithm.substring(2);
    }
}
