package io.postern.xds.oci.registry;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes HTTP clients for registries. */
public final class Connections {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private Connections() {}

    /**
     * A client without proxies.
     *
     * @param caFile PEM certificates that are trusted beside the platform's; null: none
     */
    public static HttpClient client(@Nullable Path caFile) {
        return client(caFile, EnvironmentProxies.of(Map.of()));
    }

    /** A client that asks through proxies. */
    public static HttpClient client(@Nullable Path caFile, ProxySelector proxies) {
        var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(proxies)
                        .connectTimeout(CONNECT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        return caFile == null ? client.build() : client.sslContext(trusting(caFile)).build();
    }

    private static SSLContext trusting(Path caFile) {
        try (InputStream pem = Files.newInputStream(caFile)) {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            int number = 0;
            for (X509Certificate root : platform().getAcceptedIssuers()) {
                anchors.setCertificateEntry("platform-" + number++, root);
            }
            var given = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (given.isEmpty()) {
                throw new GeneralSecurityException("no certificate in it");
            }
            for (var certificate : given) {
                anchors.setCertificateEntry("given-" + number++, certificate);
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory(anchors).getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new OciException(
                    Step.CONNECT,
                    "the CA file " + caFile + " cannot be used: " + e.getMessage(),
                    "expected: certificates in PEM",
                    e);
        }
    }

    private static X509TrustManager platform() throws GeneralSecurityException {
        for (var one : factory(null).getTrustManagers()) {
            if (one instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("the platform trusts nobody");
    }

    private static TrustManagerFactory factory(@Nullable KeyStore anchors)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(anchors);
        return factory;
    }
}
