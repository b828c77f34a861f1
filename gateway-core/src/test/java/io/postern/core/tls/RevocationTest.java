package io.postern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.RevocationServer;
import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.DataSource;
import io.postern.config.model.Tls;
import io.postern.config.model.Tls.Validation;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Certificates that their authority has taken back. */
class RevocationTest {
    private static X509Bundle authority;
    private static X509Bundle good;
    private static X509Bundle revoked;
    private static X509Bundle behindAnother;
    private static DataSource list;

    @BeforeAll
    static void revoke() throws Exception {
        authority = TestPki.builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle between =
                TestPki.builder("between").setIsCertificateAuthority(true).buildIssuedBy(authority);
        good = TestPki.builder("origin.test").buildIssuedBy(authority);
        revoked = TestPki.builder("origin.test").buildIssuedBy(authority);
        behindAnother = TestPki.builder("origin.test").buildIssuedBy(between);
        RevocationServer server = RevocationServer.getInstance();
        server.register(authority);
        server.revoke(revoked, Instant.now());
        try (InputStream crl = server.getCrlUri(authority).toURL().openStream()) {
            String lines = Base64.getMimeEncoder().encodeToString(crl.readAllBytes());
            list =
                    TestPki.inline(
                            "-----BEGIN X509 CRL-----\n" + lines + "\n-----END X509 CRL-----\n");
        }
    }

    @Test
    void aRevokedCertificateIsRefusedAndOthersPass() {
        assertThat(failure(good, false)).isEmpty();
        assertThat(failure(revoked, false)).contains("certificate revoked");
    }

    @Test
    void everyAuthorityOfTheChainNeedsAListUnlessOnlyTheLeafIsLookedAt() {
        assertThat(failure(behindAnother, false)).contains("unable to get certificate CRL");
        assertThat(failure(behindAnother, true)).contains("unable to get certificate CRL");
        assertThat(failure(revoked, true)).contains("certificate revoked");
        assertThat(failure(good, true)).isEmpty();
    }

    @Test
    void aChainHasNoMoreAuthoritiesThanItMay() {
        assertThat(failure(good, atMost(1))).isEmpty();
        assertThat(failure(behindAnother, atMost(1))).contains("verification error");
        assertThat(failure(behindAnother, atMost(2))).isEmpty();
    }

    private static Validation atMost(int authorities) {
        return new Validation(
                TestPki.inline(authority.getRootCertificatePEM()),
                List.of(),
                List.of(),
                List.of(),
                false,
                null,
                false,
                authorities);
    }

    private static String failure(X509Bundle server, boolean leafOnly) {
        var rules =
                new Validation(
                        TestPki.inline(authority.getRootCertificatePEM()),
                        List.of(),
                        List.of(),
                        List.of(),
                        false,
                        list,
                        leafOnly,
                        Validation.ANY_NUMBER);
        return failure(server, rules);
    }

    private static String failure(X509Bundle server, Validation rules) {
        Tls.Upstream config = TestPki.client(rules, "origin.test");
        Handshake done =
                Handshake.between(
                        new UpstreamTls(config, List.of("http/1.1")), TestPki.server(server));
        return done.clientFailure;
    }
}
