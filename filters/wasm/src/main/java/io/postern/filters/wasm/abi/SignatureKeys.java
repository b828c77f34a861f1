package io.postern.filters.wasm.abi;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a plugin hands over, in DER or PEM: public ones as SubjectPublicKeyInfo, private ones
 * as PKCS #8 or, for RSA, as PKCS #1. Thread-safe: stateless.
 */
final class SignatureKeys {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    // SEQUENCE { OBJECT IDENTIFIER 1.2.840.113549.1.1.1 (rsaEncryption), NULL }, after a version 0
    private static final byte[] RSA_PKCS8 = {
        2,
        1,
        0,
        0x30,
        13,
        6,
        9,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        13,
        1,
        1,
        1,
        5,
        0
    };
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 4;

    private SignatureKeys() {}

    /** A public key; null when it is none. Only one of the two is not empty. */
    static @Nullable PublicKey publicKey(byte[] der, String pem) {
        byte[] octets = pem.isEmpty() ? der : block(pem);
        if (octets == null) {
            return null;
        }
        var spec = new X509EncodedKeySpec(octets);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (GeneralSecurityException notRsa) {
            try {
                return KeyFactory.getInstance("EC").generatePublic(spec);
            } catch (GeneralSecurityException e) {
                return null;
            }
        }
    }

    /** A private key; null when it is none. */
    static @Nullable PrivateKey privateKey(byte[] der, String pem) {
        byte[] octets = pem.isEmpty() ? der : block(pem);
        if (octets == null) {
            return null;
        }
        PrivateKey rsa = privateKey("RSA", octets);
        if (rsa != null) {
            return rsa;
        }
        PrivateKey wrapped = privateKey("RSA", pkcs8(octets));
        return wrapped == null ? privateKey("EC", octets) : wrapped;
    }

    private static @Nullable PrivateKey privateKey(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    // PKCS #1 in PKCS #8 (RFC 5958)
    private static byte[] pkcs8(byte[] pkcs1) {
        var key = new ByteOutput();
        element(key, OCTET_STRING, pkcs1.length);
        key.put(pkcs1, 0, pkcs1.length);
        var whole = new ByteOutput();
        element(whole, SEQUENCE, RSA_PKCS8.length + key.length());
        whole.put(RSA_PKCS8, 0, RSA_PKCS8.length).put(key.bytes(), 0, key.length());
        return Arrays.copyOf(whole.bytes(), whole.length());
    }

    // lengths are at most those of keys: two octets do
    private static void element(ByteOutput output, int tag, int length) {
        output.put(tag).put(0x82).put((length >> 8) & 0xff).put(length & 0xff);
    }

    private static byte @Nullable [] block(String pem) {
        int begin = pem.indexOf(BEGIN);
        int start = begin < 0 ? -1 : pem.indexOf(DASHES, begin + BEGIN.length());
        int end = start < 0 ? -1 : pem.indexOf("-----END ", start);
        if (end < 0) {
            return null;
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(start + DASHES.length(), end));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
