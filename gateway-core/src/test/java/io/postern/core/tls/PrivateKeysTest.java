package io.postern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PrivateKeysTest {
    private static String pem(String type, byte[] der) {
        return "-----BEGIN "
                + type
                + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END "
                + type
                + "-----\n";
    }

    /** The content of the OCTET STRING at the end of a PKCS#8 key: the older encoding. */
    private static byte[] inner(byte[] pkcs8, byte[] start) {
        for (int i = 0; i < pkcs8.length - start.length; i++) {
            if (Arrays.equals(pkcs8, i, i + start.length, start, 0, start.length)) {
                return Arrays.copyOfRange(pkcs8, i, pkcs8.length);
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void anRsaKeyInItsOwnEncodingIsRead() throws Exception {
        // Given: SEQUENCE (2-byte length) { INTEGER 0, INTEGER (2-byte length) … } inside PKCS#8
        X509Bundle bundle =
                new io.netty.pkitesting.CertificateBuilder()
                        .rsa2048()
                        .subject("CN=rsa.test")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        byte[] pkcs8 = bundle.getKeyPair().getPrivate().getEncoded();
        int octets = 26;
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, octets, pkcs8.length);
        assertThat(pkcs1[0]).isEqualTo((byte) 0x30);

        // When
        var key =
                PrivateKeys.read(
                        TestPki.inline(pem("RSA PRIVATE KEY", pkcs1)), bundle.getCertificate());

        // Then
        assertThat(key).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void anEllipticKeyInItsOwnEncodingIsRead() throws Exception {
        // Given: SEQUENCE { INTEGER 1, OCTET STRING (32) … } inside PKCS#8
        X509Bundle bundle = TestPki.selfSigned("ec.test");
        byte[] pkcs8 = bundle.getKeyPair().getPrivate().getEncoded();
        byte[] version = {2, 1, 1, 4, 32};
        byte[] body = inner(pkcs8, version);
        byte[] sec1 = new byte[body.length + 2];
        sec1[0] = 0x30;
        sec1[1] = (byte) body.length;
        System.arraycopy(body, 0, sec1, 2, body.length);

        // When
        var key =
                PrivateKeys.read(
                        TestPki.inline(pem("EC PRIVATE KEY", sec1)), bundle.getCertificate());

        // Then
        assertThat(key).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void wildcardsStandForOneWholeLabel() {
        assertThat(PeerNames.covers("*.a.test", "b.a.test")).isTrue();
        assertThat(PeerNames.covers("*.A.test", "b.a.TEST")).isTrue();
        assertThat(PeerNames.covers("*.a.test", "c.b.a.test")).isFalse();
        assertThat(PeerNames.covers("*.a.test", "a.test")).isFalse();
        assertThat(PeerNames.covers("*.test", "a.test")).isFalse();
        assertThat(PeerNames.covers("b*.a.test", "bc.a.test")).isFalse();
    }
}
