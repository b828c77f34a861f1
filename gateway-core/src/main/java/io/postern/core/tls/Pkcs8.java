package io.postern.core.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Wraps the older private key encodings as PKCS#8 (RFC 5958), which is all the JDK reads.
 * Thread-safe: stateless.
 */
final class Pkcs8 {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};
    // SEQUENCE { OBJECT IDENTIFIER 1.2.840.113549.1.1.1 (rsaEncryption), NULL }
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };

    private Pkcs8() {}

    /** RFC 8017 RSAPrivateKey. */
    static byte[] fromPkcs1(byte[] key) {
        return wrap(RSA, key);
    }

    /**
     * RFC 5915 ECPrivateKey; the curve is taken from the public key it belongs to.
     *
     * @param publicKey SubjectPublicKeyInfo: SEQUENCE { AlgorithmIdentifier, BIT STRING }
     */
    static byte[] fromSec1(byte[] key, byte[] publicKey) {
        int algorithm = contentStart(publicKey, 0);
        int end = contentStart(publicKey, algorithm) + contentLength(publicKey, algorithm);
        return wrap(Arrays.copyOfRange(publicKey, algorithm, end), key);
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTET_STRING, key));
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Index of the content of the element at {@code at}. */
    private static int contentStart(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }
}
