package io.postern.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.Format;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateOperatorsTest {
    private static final FormatEnvironment ENVIRONMENT =
            new FormatEnvironment("host", _ -> null, ZoneOffset.UTC);

    private static X509Bundle peer;
    private static X509Bundle own;

    private final FixedStream stream = new FixedStream();

    @BeforeAll
    static void certify() throws Exception {
        X509Bundle authority =
                builder("CN=authority,O=Postern").setIsCertificateAuthority(true).buildSelfSigned();
        peer =
                builder("CN=peer,OU=a\\, b,C=DE")
                        .serial(BigInteger.valueOf(0xabc))
                        .addSanUriName("spiffe://one")
                        .addSanUriName("spiffe://two")
                        .addSanDnsName("peer.test")
                        .addSanIpAddress("192.0.2.1")
                        .buildIssuedBy(authority);
        own = builder("CN=own").addSanDnsName("own.test").buildIssuedBy(authority);
    }

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .notBefore(Instant.parse("2026-01-02T03:04:05Z"))
                .notAfter(Instant.parse("2036-01-02T03:04:05Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PEER_SUBJECT | CN=peer,OU=a\\, b,C=DE",
                "PEER_ISSUER | CN=authority,O=Postern",
                "PEER_SERIAL | 0abc",
                "PEER_URI_SAN | spiffe://one,spiffe://two",
                "PEER_DNS_SAN | peer.test",
                "PEER_IP_SAN | 192.0.2.1",
                "PEER_EMAIL_SAN | -",
                "LOCAL_SUBJECT | CN=own",
                "LOCAL_DNS_SAN | own.test",
                "LOCAL_URI_SAN | -",
                "TLS_VERSION | TLSv1.3",
                "TLS_CIPHER | TLS_AES_128_GCM_SHA256",
                "TLS_SESSION_ID | 0aff",
                "PEER_CERT_V_START | 2026-01-02T03:04:05.000Z",
                "PEER_CERT_V_END(%Y) | 2036",
            })
    void showBothSidesOfAConnection(String operator, String expected) {
        // Given
        assertThat(text("DOWNSTREAM_" + operator)).isEqualTo("-");
        // When
        stream.tls = new Agreed();
        // Then
        assertThat(text("DOWNSTREAM_" + operator)).isEqualTo(expected);
        assertThat(text("UPSTREAM_" + operator)).isEqualTo("-");
        // When
        stream.upstreamTls = stream.tls;
        // Then
        assertThat(text("UPSTREAM_" + operator)).isEqualTo(expected);
    }

    @Test
    void fingerprintsAreOfTheWholeCertificate() throws Exception {
        // Given
        stream.tls = new Agreed();
        String first = hex("SHA-256", peer.getCertificatePathWithRoot()[0]);
        String second = hex("SHA-256", peer.getCertificatePathWithRoot()[1]);
        // Then
        assertThat(text("DOWNSTREAM_PEER_FINGERPRINT_256")).isEqualTo(first);
        assertThat(text("DOWNSTREAM_PEER_FINGERPRINT_1"))
                .isEqualTo(hex("SHA-1", peer.getCertificatePathWithRoot()[0]));
        assertThat(text("DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256")).isEqualTo(first + "," + second);
        assertThat(text("DOWNSTREAM_PEER_CHAIN_SERIALS")).startsWith("0abc,");
    }

    @Test
    void theCertificateIsPemMadeFitForAHeader() {
        // Given
        stream.tls = new Agreed();
        // When
        String shown = text("DOWNSTREAM_PEER_CERT");
        // Then
        assertThat(shown).doesNotContain(" ", "\n");
        assertThat(URLDecoder.decode(shown, StandardCharsets.US_ASCII).strip())
                .isEqualTo(peer.getCertificatePEM().strip().replace("\r", ""));
    }

    private static String hex(String algorithm, X509Certificate certificate) throws Exception {
        byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
        return HexFormat.of().formatHex(digest);
    }

    private String text(String operator) {
        int open = operator.indexOf('(');
        String name = open < 0 ? operator : operator.substring(0, open);
        String argument = open < 0 ? "" : operator.substring(open + 1, operator.length() - 1);
        var format = new Format(List.of(new Format.Operator(name, argument, -1)));
        var out = new OctetBuffer();
        CompiledFormat.compile(format, ENVIRONMENT, false).write(stream, out);
        return out.toString();
    }

    private static final class Agreed implements TlsInfo {
        @Override
        public String version() {
            return "TLSv1.3";
        }

        @Override
        public String cipherSuite() {
            return "TLS_AES_128_GCM_SHA256";
        }

        @Override
        public String sessionId() {
            return "0aff";
        }

        @Override
        public String serverName() {
            return "";
        }

        @Override
        public String alpn() {
            return "";
        }

        @Override
        public boolean peerCertificateValidated() {
            return true;
        }

        @Override
        public String peerSubject() {
            return "";
        }

        @Override
        public String peerUriSan() {
            return "";
        }

        @Override
        public String peerDnsSan() {
            return "";
        }

        @Override
        public List<X509Certificate> peerChain() {
            return List.of(peer.getCertificatePathWithRoot());
        }

        @Override
        public @Nullable X509Certificate localCertificate() {
            return own.getCertificate();
        }
    }
}
