package io.postern.xds.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Puller;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.ScriptedRegistry;
import io.postern.xds.oci.ScriptedRegistry.Layer;
import io.postern.xds.oci.Wanted;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.manifest.MediaTypes;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests go through a proxy, and that they do. */
class EnvironmentProxiesTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://ghcr.io/v2/ | - | true",
                "http://ghcr.io/v2/ | - | false",
                "https://ghcr.io/v2/ | * | false",
                "https://ghcr.io/v2/ | ghcr.io | false",
                "https://GHCR.io/v2/ | x, ghcr.IO | false",
                "https://a.ghcr.io/v2/ | ghcr.io | false",
                "https://ghcr.io/v2/ | .ghcr.io | true",
                "https://a.ghcr.io/v2/ | .ghcr.io | false",
                "https://a.ghcr.io/v2/ | *.ghcr.io | false",
                "https://notghcr.io/v2/ | ghcr.io | true",
                "https://ghcr.io/v2/ | ghcr.io:443 | false",
                "https://ghcr.io:8443/v2/ | ghcr.io:443 | true",
                "https://10.1.2.3/v2/ | 10.0.0.0/8 | false",
                "https://11.1.2.3/v2/ | 10.0.0.0/8 | true",
                "https://10.1.2.3/v2/ | 10.1.2.3 | false",
                "https://10.1.2.3/v2/ | 10.0.0.0/99 | true",
                "https://[fd00::1]/v2/ | fd00::/8 | false",
                "https://[fe00::1]/v2/ | fd00::/8 | true",
                "https://localhost:5000/v2/ | - | false",
                "https://127.0.0.9:5000/v2/ | - | false",
                "https://[::1]:5000/v2/ | - | false",
            })
    void noProxyNamesWhatIsAskedDirectly(String url, String exceptions, boolean proxied) {
        var environment =
                exceptions == null
                        ? Map.of("HTTPS_PROXY", "http://proxy.lan:3128")
                        : Map.of("https_proxy", "proxy.lan:3128", "NO_PROXY", exceptions);
        var chosen = EnvironmentProxies.of(environment).select(URI.create(url)).getFirst();
        assertThat(chosen.toString().contains("proxy.lan")).as("%s", chosen).isEqualTo(proxied);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://proxy", "http://user:s3cret@proxy:3128", "http://", "::"})
    void aProxyThatCannotBeUsedIsToldWithoutItsPassword(String proxy) {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("HTTPS_PROXY", proxy)))
                .hasMessageContaining("HTTPS_PROXY is no proxy that can be used")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aRegistryThatOnlyTheProxyKnowsIsPulledFrom() throws Exception {
        try (var registry = new ScriptedRegistry()) { // which answers whole URLs, as proxies do
            registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
            var proxies = EnvironmentProxies.of(Map.of("HTTP_PROXY", registry.url("")));
            HttpClient http = Connections.client(null, proxies);
            try (var client = new RegistryClient(http, CredentialSource.anonymous(), limits())) {
                var endpoints = new Endpoints(Map.of(), Set.of("registry.invalid"));
                PullResult result =
                        new Puller(client, endpoints, limits(), System::nanoTime)
                                .pull(
                                        Reference.parse("oci://registry.invalid/a:v1"),
                                        Wanted.MODULE,
                                        directory);
                assertThat(result)
                        .isInstanceOfSatisfying(
                                PullResult.Done.class,
                                done ->
                                        assertThat(done.pulled().module())
                                                .isEqualTo(Digest.of(WASM)));
            }
        }
    }

    @Test
    void tlsGoesThroughATunnel() throws Exception {
        try (var proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var asked = new CompletableFuture<String>();
            Thread.ofVirtual()
                    .start(() -> {
                        try (var socket = proxy.accept()) {
                            byte[] line = new byte[64];
                            int read = socket.getInputStream().readNBytes(line, 0, 33);
                            asked.complete(new String(line, 0, read, StandardCharsets.US_ASCII));
                        } catch (java.io.IOException e) {
                            asked.completeExceptionally(e);
                        }
                    });
            var proxies =
                    EnvironmentProxies.of(
                            Map.of("HTTPS_PROXY", "127.0.0.1:" + proxy.getLocalPort()));
            HttpClient http = Connections.client(null, proxies);
            try (var client = new RegistryClient(http, CredentialSource.anonymous(), limits())) {
                var result =
                        new Puller(
                                        client,
                                        new Endpoints(Map.of(), Set.of()),
                                        limits(),
                                        System::nanoTime)
                                .pull(
                                        Reference.parse("oci://registry.invalid/a:v1"),
                                        Wanted.MODULE,
                                        directory);
                assertThat(result).isInstanceOf(PullResult.Failed.class);
            }
            assertThat(asked.get(10, TimeUnit.SECONDS))
                    .isEqualTo("CONNECT registry.invalid:443 HTTP");
        }
    }

    private static Limits limits() {
        return Limits.ordinary().within(Duration.ofSeconds(5));
    }
}
