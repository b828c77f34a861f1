package io.postern.filters.wasm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages of {@code sign} and {@code verify_signature}. */
class SignaturesTest {
    private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.UTF_8);
    private static final int PKCS1_AT =
            26; // behind the header of PKCS #8 around a key of 2048 bits

    @ParameterizedTest
    @CsvSource({
        "RSA, sha256, false, false",
        "RSA, SHA512, true, true",
        "RSA, sha1, true, false",
        "EC, sha256, false, true",
        "EC, sha384, true, true"
    })
    void whatWasSignedIsVerified(String algorithm, String hash, boolean pem, boolean otherPem)
            throws Exception {
        // Given
        KeyPair keys = keys(algorithm);
        byte[] key = keys.getPrivate().getEncoded();
        byte[] publicKey = keys.getPublic().getEncoded();

        // When
        byte[] signature = sign(hash, pem ? 4 : 2, pem ? pem("PRIVATE KEY", key) : key);

        // Then
        byte[] form = otherPem ? pem("PUBLIC KEY", publicKey) : publicKey;
        assertThat(verify(hash, otherPem ? 5 : 2, form, signature)).isEqualTo(new byte[] {8, 1});
        signature[9] ^= 1;
        assertThat(verify(hash, otherPem ? 5 : 2, form, signature)).startsWith(2 << 3 | 2);
    }

    @Test
    void rsaKeysMayBeInTheirOlderForm() throws Exception {
        KeyPair keys = keys("RSA");
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_AT, pkcs8.length);
        byte[] signature = sign("sha256", 4, pem("RSA PRIVATE KEY", pkcs1));
        assertThat(verify("sha256", 2, keys.getPublic().getEncoded(), signature))
                .isEqualTo(new byte[] {8, 1});
    }

    @Test
    void noKeyTwoKeysAndWhatIsNoKeyAreBadArguments() throws Exception {
        byte[] key = keys("EC").getPublic().getEncoded();
        var none = message(1, bytes("sha256"), 3, TEXT);
        var two = message(1, bytes("sha256"), 2, key, 5, pem("PUBLIC KEY", key));
        var broken = message(1, bytes("sha256"), 5, bytes("-----BEGIN PUBLIC KEY-----"));
        var other = message(1, bytes("sha256"), 2, bytes("no key"));
        for (ByteOutput wrong : new ByteOutput[] {none, two, broken, other}) {
            var result = new ByteOutput();
            assertThat(Signatures.verify(fields(wrong), result)).isEqualTo(Status.BAD_ARGUMENT);
            assertThat(result.length()).isZero();
        }
        assertThat(Signatures.sign(fields(other), new ByteOutput())).isEqualTo(Status.BAD_ARGUMENT);
    }

    @Test
    void anUnknownHashIsToldInTheResult() throws Exception {
        byte[] key = keys("EC").getPrivate().getEncoded();
        var result = new ByteOutput();
        int status = Signatures.sign(fields(message(1, bytes("md4"), 2, key)), result);
        assertThat(status).isEqualTo(Status.OK);
        assertThat(new String(result.bytes(), 2, result.length() - 2, StandardCharsets.UTF_8))
                .isEqualTo("the hash function is not supported");
    }

    private static KeyPair keys(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        return generator.generateKeyPair();
    }

    private static byte[] sign(String hash, int keyAt, byte[] key) {
        var result = new ByteOutput();
        var arguments = message(1, bytes(hash), keyAt, key, 3, TEXT);
        assertThat(Signatures.sign(fields(arguments), result)).isEqualTo(Status.OK);
        var fields = new ProtoFields(result.bytes(), 0, result.length());
        assertThat(fields.next()).isTrue();
        assertThat(fields.value()).isEqualTo(1);
        assertThat(fields.next()).isTrue();
        return fields.octets();
    }

    private static byte[] verify(String hash, int keyAt, byte[] key, byte[] signature) {
        var result = new ByteOutput();
        var arguments = message(1, bytes(hash), keyAt, key, 3, signature, 4, TEXT);
        assertThat(Signatures.verify(fields(arguments), result)).isEqualTo(Status.OK);
        return Arrays.copyOf(result.bytes(), result.length());
    }

    private static byte[] pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder().encodeToString(der);
        return bytes("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProtoFields fields(ByteOutput message) {
        return new ProtoFields(message.bytes(), 0, message.length());
    }

    /** Pairs of a field's number and its bytes. */
    private static ByteOutput message(Object... fields) {
        var message = new ByteOutput();
        for (int i = 0; i < fields.length; i += 2) {
            byte[] octets = (byte[]) fields[i + 1];
            message.put((int) fields[i] << 3 | 2);
            message.put((octets.length & 0x7f) | 0x80).put(octets.length >> 7);
            message.put(octets, 0, octets.length);
        }
        return message;
    }
}
