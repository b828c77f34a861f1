package io.postern.core.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.postern.config.model.Tls;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** What both sides set on a context in the same way. Control side. */
final class TlsParameters {
    private static final List<String> VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    private static final String DEFAULT_MIN = "TLSv1.2";
    // BoringSSL has these on whenever TLS 1.3 is; tls_params.cipher_suites is about TLS 1.2.
    private static final List<String> TLS_1_3_CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    // Envoy's default of both sides for TLS 1.2.
    private static final List<String> DEFAULT_CIPHERS =
            List.of(
                    "ECDHE-ECDSA-AES128-GCM-SHA256",
                    "ECDHE-ECDSA-CHACHA20-POLY1305",
                    "ECDHE-RSA-AES128-GCM-SHA256",
                    "ECDHE-RSA-CHACHA20-POLY1305",
                    "ECDHE-ECDSA-AES256-GCM-SHA384",
                    "ECDHE-RSA-AES256-GCM-SHA384");

    private TlsParameters() {}

    /** BoringSSL where it loads. */
    static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /**
     * Sets versions, ciphers and ALPN, and builds.
     *
     * @param defaultMax {@code TLSv1.2} for clients, {@code TLSv1.3} for servers, as Envoy's
     */
    static SslContext build(
            SslContextBuilder builder,
            SslProvider provider,
            Tls.Common common,
            String defaultMax,
            List<String> alpn) {
        builder.sslProvider(provider);
        builder.protocols(versions(common, defaultMax));
        if (!common.cipherSuites().isEmpty()) {
            builder.ciphers(ciphers(common.cipherSuites(), provider));
        } else {
            builder.ciphers(ciphers(DEFAULT_CIPHERS, provider));
        }
        if (!common.curves().isEmpty()) {
            builder.option(OpenSslContextOption.GROUPS, groups(common.curves(), provider));
        }
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            alpn));
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new TlsConfigException("TLS settings are not accepted: " + root.getMessage(), e);
        }
    }

    private static String[] groups(List<String> curves, SslProvider provider) {
        if (provider == SslProvider.JDK) {
            throw new TlsConfigException(
                    "ecdh_curves " + curves + " need BoringSSL, which does not load here");
        }
        return curves.toArray(String[]::new);
    }

    private static List<String> versions(Tls.Common common, String defaultMax) {
        String max = common.maxVersion().isEmpty() ? defaultMax : common.maxVersion();
        String min = common.minVersion().isEmpty() ? DEFAULT_MIN : common.minVersion();
        int last = VERSIONS.indexOf(max);
        int first = VERSIONS.indexOf(min);
        if (first < 0 || last < 0 || first > last) {
            throw new TlsConfigException(
                    "TLS versions from '"
                            + min
                            + "' to '"
                            + max
                            + "' are none (expected: minimum <= maximum, each one of "
                            + VERSIONS
                            + "; the maximum is "
                            + defaultMax
                            + " when not configured)");
        }
        return VERSIONS.subList(first, last + 1);
    }

    /** Envoy's lists have groups of equal preference: {@code [A|B]}. */
    private static List<String> ciphers(List<String> configured, SslProvider provider) {
        List<String> ciphers = new ArrayList<>();
        for (String group : configured) {
            String inner = group.replace("[", "").replace("]", "");
            for (String name : inner.split("\\|", -1)) {
                ciphers.add(provider == SslProvider.JDK ? CipherNames.toJdk(name) : name);
            }
        }
        ciphers.addAll(TLS_1_3_CIPHERS);
        return ciphers;
    }
}
