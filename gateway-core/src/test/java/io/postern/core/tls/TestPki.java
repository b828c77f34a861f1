package io.postern.core.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.DataSource;
import io.postern.config.model.StringMatcher;
import io.postern.config.model.Tls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates and TLS settings made for a test. */
public final class TestPki {
    private TestPki() {}

    /** A certificate that is its own authority, for these DNS names. */
    public static X509Bundle selfSigned(String... names) throws Exception {
        CertificateBuilder builder = builder(names).setIsCertificateAuthority(true);
        return builder.buildSelfSigned();
    }

    /** A builder with an elliptic key. */
    public static CertificateBuilder builder(String... names) {
        CertificateBuilder builder = new CertificateBuilder().ecp256().subject("CN=" + names[0]);
        for (String name : names) {
            builder.addSanDnsName(name);
        }
        return builder;
    }

    /** Text as an inline source. */
    public static DataSource inline(String pem) {
        return new DataSource.Inline(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Chain and key. */
    public static Tls.Certificate certificate(X509Bundle bundle) {
        return new Tls.Certificate(
                inline(bundle.getCertificatePathPEM()), inline(bundle.getPrivateKeyPEM()));
    }

    /** Trust in {@code authority}; {@code names}: DNS names of which the peer must have one. */
    public static Tls.Validation trusting(X509Bundle authority, String... names) {
        List<Tls.SanMatcher> matchers =
                java.util.Arrays.stream(names)
                        .map(name -> new StringMatcher.Exact(name, false))
                        .map(matcher -> new Tls.SanMatcher("DNS", matcher))
                        .toList();
        return new Tls.Validation(
                inline(authority.getRootCertificatePEM()), matchers, List.of(), List.of(), false);
    }

    /** Settings with the default versions and ciphers. */
    // NullAway does not see the annotation of a nested type in a class file.
    @SuppressWarnings("NullAway")
    public static Tls.Common common(
            List<Tls.Certificate> certificates,
            Tls.@Nullable Validation validation,
            List<String> alpn) {
        return new Tls.Common(certificates, validation, alpn, "", "", List.of());
    }

    /** A server with one certificate that asks for none. */
    public static DownstreamTls server(X509Bundle bundle, String... alpn) {
        return new DownstreamTls(
                new Tls.Downstream(
                        common(List.of(certificate(bundle)), null, List.of(alpn)), false));
    }

    /** A client that sends {@code sni}. */
    public static Tls.Upstream client(Tls.@Nullable Validation validation, String sni) {
        return new Tls.Upstream(common(List.of(), validation, List.of()), sni, false, false);
    }
}
