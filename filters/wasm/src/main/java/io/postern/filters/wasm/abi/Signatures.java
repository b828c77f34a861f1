package io.postern.filters.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The foreign functions {@code verify_signature} and {@code sign}: RSA (PKCS #1) and ECDSA over a
 * text.
 *
 * <p>Source: {@code verify_signature.proto} and {@code sign.proto} in Envoy's {@code
 * source/extensions/common/wasm/ext}.
 */
final class Signatures {
    private static final Set<String> HASHES =
            Set.of("sha1", "sha224", "sha256", "sha384", "sha512");

    private static final String NOT_SUPPORTED = "the hash function is not supported";
    private static final byte[] NOTHING = {};

    private Signatures() {}

    /** The fields of both messages. */
    private record Arguments(String hash, byte[] der, String pem, byte[] signature, byte[] text) {
        private static final int HASH = 1;
        private static final int KEY = 2;

        /** The rest is numbered differently; 0: there is none. */
        static @Nullable Arguments read(
                ProtoFields fields, int signatureAt, int textAt, int pemAt) {
            String hash = "";
            byte[] der = NOTHING;
            String pem = "";
            byte[] signature = NOTHING;
            byte[] text = NOTHING;
            while (fields.next()) {
                if (!fields.isBytes()) {
                    continue;
                }
                int number = fields.number();
                if (number == HASH) {
                    hash = fields.text().toLowerCase(Locale.ROOT);
                } else if (number == KEY) {
                    der = fields.octets();
                } else if (number == signatureAt) {
                    signature = fields.octets();
                } else if (number == textAt) {
                    text = fields.octets();
                } else if (number == pemAt) {
                    pem = fields.text();
                }
            }
            // one key, in one of the two forms
            boolean usable = !fields.isMalformed() && (der.length > 0) != !pem.isEmpty();
            return usable ? new Arguments(hash, der, pem, signature, text) : null;
        }

        Signature algorithm(String keyAlgorithm) throws GeneralSecurityException {
            String with = keyAlgorithm.equals("EC") ? "withECDSA" : "withRSA";
            return Signature.getInstance(hash.toUpperCase(Locale.ROOT) + with);
        }
    }

    /** Reads VerifySignatureArguments and writes a VerifySignatureResult; a {@link Status}. */
    static int verify(ProtoFields fields, ByteOutput result) {
        Arguments arguments = Arguments.read(fields, 3, 4, 5);
        if (arguments == null) {
            return Status.BAD_ARGUMENT;
        }
        PublicKey key = SignatureKeys.publicKey(arguments.der(), arguments.pem());
        if (key == null) {
            return Status.BAD_ARGUMENT;
        }
        String error = verify(arguments, key);
        if (error.isEmpty()) {
            success(result);
        } else {
            field(result, 2, error.getBytes(StandardCharsets.UTF_8));
        }
        return Status.OK;
    }

    private static String verify(Arguments arguments, PublicKey key) {
        if (!HASHES.contains(arguments.hash())) {
            return NOT_SUPPORTED;
        }
        try {
            Signature check = arguments.algorithm(key.getAlgorithm());
            check.initVerify(key);
            check.update(arguments.text());
            return check.verify(arguments.signature()) ? "" : "Failed to verify digital signature";
        } catch (GeneralSecurityException e) {
            return "Failed to verify digital signature";
        }
    }

    /** Reads SignArguments and writes a SignResult; a {@link Status}. */
    static int sign(ProtoFields fields, ByteOutput result) {
        Arguments arguments = Arguments.read(fields, 0, 3, 4);
        if (arguments == null) {
            return Status.BAD_ARGUMENT;
        }
        PrivateKey key = SignatureKeys.privateKey(arguments.der(), arguments.pem());
        if (key == null) {
            return Status.BAD_ARGUMENT;
        }
        if (!HASHES.contains(arguments.hash())) {
            field(result, 3, NOT_SUPPORTED.getBytes(StandardCharsets.UTF_8));
            return Status.OK;
        }
        try {
            Signature signer = arguments.algorithm(key.getAlgorithm());
            signer.initSign(key);
            signer.update(arguments.text());
            byte[] signature = signer.sign();
            success(result);
            field(result, 2, signature);
        } catch (GeneralSecurityException e) {
            field(result, 3, "Failed to sign".getBytes(StandardCharsets.UTF_8));
        }
        return Status.OK;
    }

    private static void success(ByteOutput result) {
        result.put(1 << 3).put(1);
    }

    private static void field(ByteOutput result, int number, byte[] octets) {
        result.put((number << 3) | 2);
        int length = octets.length;
        for (; length > 0x7f; length >>>= 7) {
            result.put((length & 0x7f) | 0x80);
        }
        result.put(length).put(octets, 0, octets.length);
    }
}
