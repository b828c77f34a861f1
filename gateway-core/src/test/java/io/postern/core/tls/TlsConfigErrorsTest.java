package io.postern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.DataSource;
import io.postern.config.model.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsConfigErrorsTest {
    private final X509Bundle origin;
    private final X509Bundle other;

    TlsConfigErrorsTest() throws Exception {
        origin = TestPki.selfSigned("origin.test");
        other = TestPki.selfSigned("other.test");
    }

    private static void start(DataSource chain, DataSource key) {
        var _ =
                new DownstreamTls(
                        new Tls.Downstream(
                                TestPki.common(
                                        List.of(new Tls.Certificate(chain, key)), null, List.of()),
                                false));
    }

    private DataSource chain() {
        return TestPki.inline(origin.getCertificatePathPEM());
    }

    private DataSource key() {
        return TestPki.inline(origin.getPrivateKeyPEM());
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path dir) {
        String path = dir.resolve("none.pem").toString();
        assertThatThrownBy(() -> start(new DataSource.LocalFile(path), key()))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining(path)
                .hasMessageContaining("is not there");
    }

    @Test
    void aFileIsRead(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("chain.pem");
        Files.writeString(path, "subject: somebody\n" + origin.getCertificatePathPEM());
        start(new DataSource.LocalFile(path.toString()), key());
        assertThat(path).exists();
    }

    @Test
    void chainAndKeyExchangedAreNoticed() {
        assertThatThrownBy(() -> start(key(), chain()))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("exchanged?");
    }

    @Test
    void theKeyOfAnotherCertificateIsNoticed() {
        assertThatThrownBy(() -> start(chain(), TestPki.inline(other.getPrivateKeyPEM())))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("does not belong to the certificate of CN=origin.test");
    }

    @Test
    void textThatIsNoPemSaysWhatIsExpected() {
        assertThatThrownBy(() -> start(TestPki.inline("hello"), key()))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("no PEM block (expected: -----BEGIN");
    }

    @Test
    void aBrokenCertificateSaysSo() {
        DataSource broken =
                TestPki.inline("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> start(broken, key()))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("a certificate cannot be parsed");
    }

    @Test
    void anEncryptedKeySaysHowToDecryptIt() {
        String encrypted =
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """;
        assertThatThrownBy(() -> start(chain(), TestPki.inline(encrypted)))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("is encrypted");
    }

    @Test
    void versionsInTheWrongOrderAreRefused() {
        Tls.Common common =
                new Tls.Common(
                        List.of(TestPki.certificate(origin)),
                        TestPki.trusting(origin),
                        List.of(),
                        "TLSv1.3",
                        "TLSv1.2",
                        List.of());
        assertThatThrownBy(() -> new DownstreamTls(new Tls.Downstream(common, false)))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("minimum <= maximum");
    }

    @Test
    void anUnknownCipherIsNamed() {
        Tls.Common common =
                new Tls.Common(
                        List.of(TestPki.certificate(origin)),
                        TestPki.trusting(origin),
                        List.of(),
                        "",
                        "",
                        List.of("NO-SUCH-CIPHER"));
        assertThatThrownBy(() -> new DownstreamTls(new Tls.Downstream(common, false)))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("NO-SUCH-CIPHER");
    }

    @Test
    void namesWithoutAnAuthorityAreRefused() {
        Tls.Validation rules =
                new Tls.Validation(
                        null,
                        TestPki.trusting(origin, "a.test").subjectAltNames(),
                        List.of(),
                        List.of(),
                        false);
        assertThatThrownBy(() -> new UpstreamTls(TestPki.client(rules, ""), List.of()))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("trusted_ca");
    }
}
