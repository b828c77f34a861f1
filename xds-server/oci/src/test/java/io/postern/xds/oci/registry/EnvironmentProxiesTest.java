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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests go through a proxy, and that they do. */
class EnvironmentProxiesTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private static final String AUTHORIZATION = "proxy-authorization:";

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
                "https://10.1.2.3:5000/v2/ | 10.1.2.3:5000 | false",
                "https://10.1.2.3/v2/ | 10.1.2.3:5000 | true",
                "https://[fd00::1]:5000/v2/ | [fd00::1]:5000 | false",
                "https://[fd00::1]/v2/ | [fd00::1]:5000 | true",
                "https://[fd00::1]/v2/ | [fd00::1] | false",
                "https://[fd00::1]/v2/ | fd00::1 | false",
                "https://a.b.ghcr.io/v2/ | ghcr.io | false",
                "https://a.ghcr.io:5000/v2/ | ghcr.io:5000 | false",
                "https://ghcr.io/v2/ | 10.0.0.0/8 localhost,,ghcr.io | false",
                "https://ghcr.io/v2/ | ghcr.io:x | true",
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
    @ValueSource(strings = {"ftp://proxy", "https://user:s3cret@proxy:3128", "http://", "::"})
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | -",
                "ann:s3cret@ | ann:s3cret",
                "ann:p%40ss%3Aword@ | ann:p@ss:word",
                "ann@ | ann:",
            })
    void tlsGoesThroughATunnelWithTheProxysPassword(@Nullable String user, @Nullable String shown)
            throws Exception {
        try (var proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Given
            var asked = new CompletableFuture<List<String>>();
            Thread.ofVirtual().start(() -> asked.complete(head(proxy)));
            String at = "127.0.0.1:" + proxy.getLocalPort();
            var proxies =
                    EnvironmentProxies.of(
                            Map.of("HTTPS_PROXY", user == null ? at : "http://" + user + at));
            HttpClient http = Connections.client(null, proxies);
            // When
            try (var client = new RegistryClient(http, CredentialSource.anonymous(), limits())) {
                var endpoints = new Endpoints(Map.of(), Set.of());
                var result =
                        new Puller(client, endpoints, limits(), System::nanoTime)
                                .pull(
                                        Reference.parse("oci://registry.invalid/a:v1"),
                                        Wanted.MODULE,
                                        directory);
                assertThat(result).isInstanceOf(PullResult.Failed.class);
            }
            // Then
            List<String> head = asked.get(10, TimeUnit.SECONDS);
            assertThat(head.getFirst()).isEqualTo("CONNECT registry.invalid:443 HTTP/1.1");
            assertThat(head)
                    .filteredOn(line ->
                            line.regionMatches(true, 0, AUTHORIZATION, 0, AUTHORIZATION.length()))
                    .isEqualTo(shown == null ? List.of() : List.of(basic(shown)));
        }
    }

    @Test
    void whatIsAskedDirectlyIsNotShownTheProxysPassword() {
        var proxies =
                EnvironmentProxies.of(
                        Map.of("HTTPS_PROXY", "http://ann:s3cret@proxy:1", "NO_PROXY", "ghcr.io"));
        var direct = proxies.request(URI.create("https://ghcr.io/v2/")).build();
        var proxied = proxies.request(URI.create("https://quay.io/v2/")).build();
        assertThat(direct.headers().map()).isEmpty();
        assertThat(proxied.headers().map()).hasSize(1);
    }

    private static String basic(String pair) {
        byte[] octets = pair.getBytes(StandardCharsets.UTF_8);
        return AUTHORIZATION + " Basic " + Base64.getEncoder().encodeToString(octets);
    }

    private static List<String> head(ServerSocket proxy) {
        try (var socket = proxy.accept()) {
            var in = socket.getInputStream();
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            var lines = new ArrayList<String>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    return lines;
                }
                lines.add(line);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Limits limits() {
        return Limits.ordinary().within(Duration.ofSeconds(5));
    }
}
