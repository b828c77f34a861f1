package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code crypto.*}: hashes and message authentication codes, in hexadecimal digits. */
final class CryptoFunctions {
    private CryptoFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        hash(all, "crypto.md5", "MD5");
        hash(all, "crypto.sha1", "SHA-1");
        hash(all, "crypto.sha256", "SHA-256");
        mac(all, "crypto.hmac.md5", "HmacMD5");
        mac(all, "crypto.hmac.sha1", "HmacSHA1");
        mac(all, "crypto.hmac.sha256", "HmacSHA256");
        mac(all, "crypto.hmac.sha512", "HmacSHA512");
        all.put(
                "crypto.hmac.equal",
                (evaluation, a) ->
                        BooleanNode.valueOf(MessageDigest.isEqual(octets(a[0]), octets(a[1]))));
    }

    private static void hash(Map<String, Builtin> all, String name, String algorithm) {
        all.put(
                name,
                (evaluation, a) -> {
                    try {
                        var digest = MessageDigest.getInstance(algorithm);
                        return hex(digest.digest(octets(a[0])));
                    } catch (GeneralSecurityException e) {
                        throw new BuiltinError(name + ": " + e.getMessage());
                    }
                });
    }

    private static void mac(Map<String, Builtin> all, String name, String algorithm) {
        all.put(
                name,
                (evaluation, a) -> hex(authenticationCode(algorithm, octets(a[1]), octets(a[0]))));
    }

    /** A message authentication code; the key may be empty, which JCA's keys may not. */
    static byte[] authenticationCode(String algorithm, byte[] key, byte[] message) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new BuiltinError(algorithm + ": " + e.getMessage());
        }
    }

    private static byte[] octets(JsonNode text) {
        return string(text).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode hex(byte[] octets) {
        return TextNode.valueOf(HexFormat.of().formatHex(octets));
    }
}
