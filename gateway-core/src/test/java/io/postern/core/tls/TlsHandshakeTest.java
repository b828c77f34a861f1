package io.postern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.Tls;
import io.postern.config.model.Tls.Validation;
import io.postern.sdk.StreamInfo;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsHandshakeTest {
    private static final String VERIFY_FAILED =
            "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:"
                    + "verify cert failed: ";

    private X509Bundle origin;
    private X509Bundle other;

    TlsHandshakeTest() throws Exception {
        origin = TestPki.selfSigned("origin.test");
        other = TestPki.selfSigned("other.test");
    }

    @BeforeAll
    void boringSslIsWhatIsTested() {
        assertThat(TlsParameters.provider().name()).startsWith("OPENSSL");
    }

    private static UpstreamTls client(Tls.Upstream config) {
        return new UpstreamTls(config, List.of("h2", "http/1.1"));
    }

    private static Validation hashes(List<String> spki, List<String> certificates) {
        return new Validation(null, List.of(), spki, certificates, false);
    }

    @Test
    void bothSidesKnowWhatWasAgreedOn() {
        // Given
        UpstreamTls client = client(TestPki.client(TestPki.trusting(origin), "origin.test"));

        // When
        Handshake done = Handshake.between(client, TestPki.server(origin, "h2"));

        // Then
        checkAgreed(Objects.requireNonNull(done.client));
        assertThat(Objects.requireNonNull(done.server).serverName()).isEqualTo("origin.test");
        assertThat(done.server.peerCertificateValidated()).isFalse();
        assertThat(done.server.peerSubject()).isEmpty();
    }

    private static void checkAgreed(StreamInfo.TlsInfo seen) {
        assertThat(
                        List.of(
                                seen.version(),
                                seen.cipherSuite(),
                                seen.serverName(),
                                seen.alpn(),
                                seen.peerSubject(),
                                seen.peerUriSan(),
                                seen.peerDnsSan()))
                .containsExactly(
                        "TLSv1.2",
                        "ECDHE-ECDSA-AES128-GCM-SHA256",
                        "origin.test",
                        "h2",
                        "CN=origin.test",
                        "",
                        "origin.test");
        assertThat(seen.peerCertificateValidated()).isTrue();
        assertThat(seen.peerDnsSans()).containsExactly("origin.test");
        assertThat(seen.peerUriSans()).isEmpty();
        assertThat(seen.localUriSans()).isEmpty();
        assertThat(seen.peerCertificates()).hasSize(1);
        assertThat(seen.peerChain()).hasSize(1);
        assertThat(seen.localCertificate()).isNull();
        assertThat(seen.sessionId()).matches("([0-9a-f]{2})*");
    }

    @Test
    void aServerNameWithoutADotIsSent() {
        UpstreamTls client = client(TestPki.client(null, "backend"));
        Handshake done = Handshake.between(client, TestPki.server(origin));
        assertThat(Objects.requireNonNull(done.server).serverName()).isEqualTo("backend");
        assertThat(Objects.requireNonNull(done.client).peerCertificateValidated()).isFalse();
    }

    @Test
    void theHostsNameIsSentWithAutoHostSni() {
        UpstreamTls client =
                client(
                        new Tls.Upstream(
                                TestPki.common(List.of(), null, List.of()),
                                "fixed.test",
                                true,
                                false));
        Handshake done = Handshake.between(client, "host.test", TestPki.server(origin));
        assertThat(Objects.requireNonNull(done.server).serverName()).isEqualTo("host.test");
    }

    @Test
    void withoutNamesInTheConfigurationTheNameIsNotCompared() {
        UpstreamTls client = client(TestPki.client(TestPki.trusting(origin), "elsewhere.test"));
        assertThat(Handshake.between(client, TestPki.server(origin)).client).isNotNull();
    }

    @Test
    void anUnknownAuthorityIsRefusedInEnvoysWords() {
        UpstreamTls client = client(TestPki.client(TestPki.trusting(other), "origin.test"));
        assertThat(Handshake.between(client, TestPki.server(origin)).clientFailure)
                .isEqualTo(
                        VERIFY_FAILED
                                + "X509_verify_cert: certificate verification error at depth 0:"
                                + " self signed certificate:TLS_error_end");
    }

    @Test
    void anotherNameIsRefusedInEnvoysWords() {
        UpstreamTls client =
                client(TestPki.client(TestPki.trusting(origin, "nope.test"), "origin.test"));
        assertThat(Handshake.between(client, TestPki.server(origin)).clientFailure)
                .isEqualTo(
                        VERIFY_FAILED
                                + "SAN matcher, certificate SANs are [origin.test]:TLS_error_end");
    }

    @Test
    void autoSniSanValidationComparesTheServerName() {
        Tls.Common common = TestPki.common(List.of(), TestPki.trusting(origin), List.of());
        UpstreamTls right = client(new Tls.Upstream(common, "origin.test", false, true));
        UpstreamTls wrong = client(new Tls.Upstream(common, "wrong.test", false, true));
        assertThat(Handshake.between(right, TestPki.server(origin)).client).isNotNull();
        assertThat(Handshake.between(wrong, TestPki.server(origin)).clientFailure)
                .contains("SAN matcher, certificate SANs are [origin.test]");
    }

    @Test
    void oneOfTheHashesMustBeThePeers() throws Exception {
        // Given
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] key = origin.getCertificate().getPublicKey().getEncoded();
        String spki = Base64.getEncoder().encodeToString(sha256.digest(key));
        byte[] der = origin.getCertificate().getEncoded();
        String hash = HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256.digest(der));
        List<String> wrong = List.of("00".repeat(32));

        // When, Then
        assertThat(clientInfo(hashes(List.of(spki), List.of()))).isTrue();
        assertThat(clientInfo(hashes(List.of(), List.of(hash)))).isTrue();
        assertThat(clientInfo(hashes(List.of(spki), wrong))).isTrue();
        assertThat(
                        Handshake.between(
                                        client(TestPki.client(hashes(List.of(), wrong), "")),
                                        TestPki.server(origin))
                                .clientFailure)
                .isEqualTo(VERIFY_FAILED + "cert hash and spki:TLS_error_end");
    }

    private boolean clientInfo(Validation rules) {
        return Handshake.between(client(TestPki.client(rules, "")), TestPki.server(origin)).client
                != null;
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        X509Bundle expired =
                TestPki.builder("old.test")
                        .notBefore(java.time.Instant.parse("2001-01-01T00:00:00Z"))
                        .notAfter(java.time.Instant.parse("2002-01-01T00:00:00Z"))
                        .buildIssuedBy(origin);
        UpstreamTls client = client(TestPki.client(TestPki.trusting(origin), "old.test"));
        assertThat(Handshake.between(client, TestPki.server(expired)).clientFailure)
                .contains("certificate has expired");
    }

    @Test
    void acceptUntrustedLetsItPassAndSaysSo() {
        Validation rules =
                new Validation(
                        TestPki.inline(other.getRootCertificatePEM()),
                        List.of(),
                        List.of(),
                        List.of(),
                        true);
        Handshake done =
                Handshake.between(client(TestPki.client(rules, "")), TestPki.server(origin));
        assertThat(Objects.requireNonNull(done.client).peerCertificateValidated()).isFalse();
    }

    @Test
    void aClientCertificateIsAskedForCheckedAndShown() throws Exception {
        // Given
        X509Bundle user =
                TestPki.builder("user.test").addSanUriName("spiffe://a/b").buildIssuedBy(other);
        DownstreamTls server =
                new DownstreamTls(
                        new Tls.Downstream(
                                TestPki.common(
                                        List.of(TestPki.certificate(origin)),
                                        TestPki.trusting(other),
                                        List.of()),
                                true));
        UpstreamTls with =
                client(
                        new Tls.Upstream(
                                TestPki.common(List.of(TestPki.certificate(user)), null, List.of()),
                                "",
                                false,
                                false));
        UpstreamTls without = client(TestPki.client(null, ""));

        // When
        Handshake known = Handshake.between(with, server);
        Handshake unknown = Handshake.between(without, server);

        // Then
        TlsInfo seen = new TlsInfo(Objects.requireNonNull(known.server));
        assertThat(seen.all()).containsExactly("true", "CN=user.test", "spiffe://a/b", "user.test");
        assertThat(unknown.server).isNull();
        assertThat(unknown.clientFailure)
                .isEqualTo(
                        "TLS_error:|268436496:SSL routines:OPENSSL_internal:"
                                + "SSLV3_ALERT_HANDSHAKE_FAILURE:TLS_error_end");
    }

    private record TlsInfo(io.postern.sdk.StreamInfo.TlsInfo info) {
        List<String> all() {
            return List.of(
                    String.valueOf(info.peerCertificateValidated()),
                    info.peerSubject(),
                    info.peerUriSan(),
                    info.peerDnsSan());
        }
    }

    @Test
    void versionsThatDoNotMeetAreNamed() {
        DownstreamTls server =
                new DownstreamTls(
                        new Tls.Downstream(
                                new Tls.Common(
                                        List.of(TestPki.certificate(origin)),
                                        TestPki.trusting(origin),
                                        List.of(),
                                        "TLSv1.3",
                                        "",
                                        List.of()),
                                false));
        assertThat(Handshake.between(client(TestPki.client(null, "")), server).clientFailure)
                .isEqualTo(
                        "TLS_error:|268436526:SSL routines:OPENSSL_internal:"
                                + "TLSV1_ALERT_PROTOCOL_VERSION:TLS_error_end");
    }

    @Test
    void theCertificateForTheServerNameIsShown() throws Exception {
        // Given
        X509Bundle wild =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=*.wild.test")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        DownstreamTls server =
                new DownstreamTls(
                        new Tls.Downstream(
                                TestPki.common(
                                        List.of(
                                                TestPki.certificate(origin),
                                                TestPki.certificate(other),
                                                TestPki.certificate(wild)),
                                        null,
                                        List.of()),
                                false));

        // When, Then
        assertThat(shown(server, "OTHER.test")).isEqualTo("CN=other.test");
        assertThat(shown(server, "a.wild.test")).isEqualTo("CN=*.wild.test");
        assertThat(shown(server, "a.b.wild.test")).isEqualTo("CN=origin.test");
        assertThat(shown(server, "unknown.test")).isEqualTo("CN=origin.test");
        assertThat(shown(server, "")).isEqualTo("CN=origin.test");
    }

    private static String shown(DownstreamTls server, String name) {
        Handshake done = Handshake.between(client(TestPki.client(null, name)), server);
        return Objects.requireNonNull(done.client).peerSubject();
    }

    @Test
    void configuredCiphersAreUsed() {
        Tls.Common common =
                new Tls.Common(
                        List.of(TestPki.certificate(origin)),
                        TestPki.trusting(origin),
                        List.of(),
                        "",
                        "",
                        List.of("[ECDHE-ECDSA-CHACHA20-POLY1305]"));
        DownstreamTls server = new DownstreamTls(new Tls.Downstream(common, false));
        Handshake done = Handshake.between(client(TestPki.client(null, "")), server);
        assertThat(Objects.requireNonNull(done.client).cipherSuite()).contains("CHACHA20");
    }

    @Test
    void keysAreExchangedOverOneOfTheConfiguredCurves() {
        assertThat(Handshake.between(clientWith("P-256"), serverWith("P-384", "P-256")).client)
                .isNotNull();
        assertThat(Handshake.between(clientWith("P-256"), serverWith("P-384")).client).isNull();
        assertThatThrownBy(() -> serverWith("P-999"))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("P-999");
    }

    private DownstreamTls serverWith(String... curves) {
        return new DownstreamTls(
                new Tls.Downstream(
                        withCurves(List.of(TestPki.certificate(origin)), curves), false));
    }

    private static UpstreamTls clientWith(String... curves) {
        return client(new Tls.Upstream(withCurves(List.of(), curves), "", false, false));
    }

    private static Tls.Common withCurves(List<Tls.Certificate> certificates, String... curves) {
        return new Tls.Common(certificates, null, List.of(), "", "", List.of(), List.of(curves));
    }

    @Test
    void theJdksOwnTlsServesWhereBoringSslDoesNotLoad() {
        // Given
        Tls.Common common =
                new Tls.Common(
                        List.of(TestPki.certificate(origin)),
                        TestPki.trusting(origin, "origin.test"),
                        List.of("h2"),
                        "",
                        "",
                        List.of("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA"));
        Tls.Upstream trusting = TestPki.client(TestPki.trusting(origin), "origin.test");
        Tls.Upstream strict = TestPki.client(TestPki.trusting(origin, "nope.test"), "origin.test");
        DownstreamTls server =
                new DownstreamTls(new Tls.Downstream(common, false), SslProvider.JDK);

        // When
        Handshake done =
                Handshake.between(
                        new UpstreamTls(trusting, List.of("h2"), SslProvider.JDK), server);
        Handshake refused =
                Handshake.between(new UpstreamTls(strict, List.of("h2"), SslProvider.JDK), server);

        // Then
        checkAgreed(Objects.requireNonNull(done.client));
        assertThat(Objects.requireNonNull(done.server).serverName()).isEqualTo("origin.test");
        assertThat(refused.clientFailure).contains("SAN matcher, certificate SANs are [origin");
    }
}
