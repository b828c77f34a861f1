package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.ClientCert;
import io.postern.config.model.HttpConnectionManager.ClientCert.Detail;
import io.postern.config.model.HttpConnectionManager.ClientCert.Forward;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedClientCertTest {
    /** A connection whose client presented {@code certificates}. */
    private record Connection(List<byte[]> peerCertificates) implements TlsInfo {
        @Override
        public String version() {
            return "TLSv1.3";
        }

        @Override
        public String cipherSuite() {
            return "TLS_AES_128_GCM_SHA256";
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
            return "CN=client,O=Test";
        }

        @Override
        public String peerUriSan() {
            return "spiffe://test/client";
        }

        @Override
        public String peerDnsSan() {
            return "a.test";
        }

        @Override
        public List<String> peerUriSans() {
            return List.of("spiffe://test/client");
        }

        @Override
        public List<String> peerDnsSans() {
            return List.of("a.test", "b.test");
        }

        @Override
        public List<String> localUriSans() {
            return List.of("spiffe://test/server");
        }
    }

    private static final TlsInfo MUTUAL =
            new Connection(List.of(new byte[] {'a', 'b', 'c'}, new byte[] {-1, -2, -3}));
    private static final String HASH =
            "Hash=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @ParameterizedTest
    @CsvSource({
        ", true, ",
        ", false, ",
        "FORWARD_ONLY, true, 'Hash=1,Hash=2'",
        "FORWARD_ONLY, false, ",
        "ALWAYS_FORWARD_ONLY, true, 'Hash=1,Hash=2'",
        "ALWAYS_FORWARD_ONLY, false, 'Hash=1,Hash=2'",
        "SANITIZE_SET, true, 'By=spiffe://test/server;HASH'",
        "SANITIZE_SET, false, ",
        "APPEND_FORWARD, true, 'Hash=1,Hash=2,By=spiffe://test/server;HASH'",
        "APPEND_FORWARD, false, ",
    })
    void whatClientsSayIsKeptOrReplacedAsConfigured(
            @Nullable Forward forward, boolean mutual, @Nullable String value) {
        // Given
        var rules =
                new ForwardedClientCert(
                        forward == null ? null : new ClientCert(forward, List.of()));
        var head =
                HeaderMap.of(
                        "x-forwarded-client-cert", "Hash=1", "x-forwarded-client-cert", "Hash=2");

        // When
        rules.apply(head, rules.describe(mutual ? MUTUAL : null), new OctetBuffer());

        // Then
        assertThat(head)
                .hasToString(
                        value == null
                                ? ""
                                : "x-forwarded-client-cert: " + value.replace("HASH", HASH) + "\n");
    }

    @Test
    void detailsComeInEnvoysOrder() {
        // Given
        var rules =
                new ForwardedClientCert(
                        new ClientCert(Forward.SANITIZE_SET, List.of(Detail.values())));

        // When
        byte[] described = rules.describe(MUTUAL);

        // Then
        assertThat(described).isNotNull();
        assertThat(new String(described, StandardCharsets.UTF_8))
                .isEqualTo(
                        "By=spiffe://test/server;"
                                + HASH
                                + ";Subject=\"CN=client,O=Test\""
                                + ";Cert=\"-----BEGIN%20CERTIFICATE-----%0AYWJj%0A"
                                + "-----END%20CERTIFICATE-----%0A\""
                                + ";Chain=\"-----BEGIN%20CERTIFICATE-----%0AYWJj%0A"
                                + "-----END%20CERTIFICATE-----%0A"
                                + "-----BEGIN%20CERTIFICATE-----%0A%2F%2F79%0A"
                                + "-----END%20CERTIFICATE-----%0A\""
                                + ";URI=spiffe://test/client;DNS=a.test;DNS=b.test");
    }
}
