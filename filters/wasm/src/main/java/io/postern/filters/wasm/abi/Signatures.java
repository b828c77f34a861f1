package io.postern.filters.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Locale;
import java.util.Set;

/**
 * The foreign function {@code verify_signature}: RSA (PKCS #1) and ECDSA over a text.
 *
 * <p>Source: Envoy's {@code source/extensions/common/wasm/ext/verify_signature.proto}.
 */
final class Signatures {
    private static final Set<String> HASHES =
            Set.of("sha1", "sha224", "sha256", "sha384", "sha512");

    private static final int HASH = 1;
    private static final int KEY = 2;
    private static final int SIGNATURE = 3;
    private static final int TEXT = 4;

    private Signatures() {}

    /** Reads VerifySignatureArguments and writes a VerifySignatureResult; a {@link Status}. */
    static int verify(ProtoFields arguments, ByteOutput result) {
        String hash = "";
        byte[] key = {};
        byte[] signature = {};
        byte[] text = {};
        while (arguments.next()) {
            if (arguments.isBytes()) {
                switch (arguments.number()) {
                    case HASH -> hash = arguments.text();
                    case KEY -> key = arguments.octets();
                    case SIGNATURE -> signature = arguments.octets();
                    case TEXT -> text = arguments.octets();
                    default -> {
                        // of a later version
                    }
                }
            }
        }
        if (arguments.isMalformed()) {
            return Status.BAD_ARGUMENT;
        }
        String error = error(hash.toLowerCase(Locale.ROOT), key, signature, text);
        if (error.isEmpty()) {
            result.put(1 << 3).put(1); // result = true
        } else {
            byte[] octets = error.getBytes(StandardCharsets.UTF_8);
            result.put((2 << 3) | 2).put(octets.length).put(octets, 0, octets.length);
        }
        return Status.OK;
    }

    private static String error(String hash, byte[] key, byte[] signature, byte[] text) {
        if (!HASHES.contains(hash)) {
            return "the hash function is not supported";
        }
        try {
            PublicKey known = key(key);
            var check =
                    Signature.getInstance(
                            hash.toUpperCase(Locale.ROOT)
                                    + (known.getAlgorithm().equals("EC")
                                            ? "withECDSA"
                                            : "withRSA"));
            check.initVerify(known);
            check.update(text);
            return check.verify(signature) ? "" : "Failed to verify digital signature";
        } catch (GeneralSecurityException e) {
            return "Failed to verify digital signature";
        }
    }

    private static PublicKey key(byte[] der) throws GeneralSecurityException {
        var spec = new X509EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        }
    }
}
