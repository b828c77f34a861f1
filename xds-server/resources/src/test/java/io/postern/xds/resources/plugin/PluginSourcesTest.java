package io.postern.xds.resources.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Credentials;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Fetched;
import io.postern.xds.resources.envoy.Digests;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginSourcesTest {
    @TempDir private Path folder;

    private static PluginReference reference(String url) {
        return new PluginReference(
                PluginReference.Kind.PLUGIN, url, "", null, PluginReference.Trust.NONE);
    }

    @Test
    void relativeFilesBeginAtTheFolder() throws IOException {
        // Given
        Files.createDirectory(folder.resolve("plugins"));
        Files.writeString(folder.resolve("plugins/a.wasm"), "module");
        var sources = new PluginSources(Map.of("file", new FilePlugins(folder)));

        // When
        var all =
                List.of(
                        reference("file://plugins/a.wasm"),
                        reference("file://" + folder.resolve("plugins/a.wasm")),
                        reference("file://plugins/b.wasm"));
        var fetched = sources.fetchAll(all);

        // Then
        assertThat(fetched.keySet()).containsExactlyElementsOf(all);
        assertThat(fetched.values())
                .extracting(PluginSourcesTest::text)
                .containsExactly(
                        "module",
                        "module",
                        "resolve: there is no file " + folder.resolve("plugins/b.wasm"));
    }

    @Test
    void whatNobodyServesSaysSo() {
        // When
        var fetched = new PluginSources(Map.of()).fetch(reference("oci://registry/a:1"));

        // Then
        assertThat(text(fetched)).isEqualTo("resolve: no source for oci:// is set up");
    }

    @Test
    void downloadsNameTheirCredentialsAndTellWhatWasAnswered() throws IOException {
        // Given
        var seen = new ConcurrentLinkedQueue<String>();
        HttpServer server =
                serving(exchange -> {
                    seen.add(
                            String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
                    boolean found = exchange.getRequestURI().getPath().equals("/a.wasm");
                    byte[] body = (found ? "module" : "no").getBytes(UTF_8);
                    exchange.sendResponseHeaders(found ? 200 : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        var base = "http://127.0.0.1:" + server.getAddress().getPort();
        try (var client = HttpClient.newHttpClient()) {
            var source = new HttpsPlugins(client, HttpRequest::newBuilder, 64, seconds(20));

            // When
            var good =
                    source.fetch(
                            new PluginReference(
                                    PluginReference.Kind.PLUGIN,
                                    base + "/a.wasm",
                                    "",
                                    new Credentials("", "u", "p"),
                                    PluginReference.Trust.NONE));
            var missing = source.fetch(reference(base + "/b.wasm"));
            var malformed = source.fetch(reference("https://not a host/"));
            var signed =
                    source.fetch(
                            new PluginReference(
                                    PluginReference.Kind.PLUGIN,
                                    base + "/a.wasm",
                                    "",
                                    null,
                                    PluginReference.Trust.inKey("PEM")));

            // Then
            assertThat(text(good)).isEqualTo("module");
            assertThat(seen).containsExactly("Basic dTpw", "null");
            assertThat(text(missing)).isEqualTo("download: " + base + "/b.wasm answered 404");
            assertThat(text(malformed)).startsWith("resolve: no URL");
            assertThat(text(signed)).isEqualTo("signature: a download has no signature");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endless | 1024 | cannot be had: java.io.IOException: body exceeds capacity: 64",
                "a little now and then | 1 | was not all there after 1 s",
                "nothing | 0 | was not all there after 1 s",
            })
    void aDownloadThatDoesNotEndIsEnded(String what, int octets, String why) throws Exception {
        // Given a server that has no end
        var over = new CountDownLatch(1);
        HttpServer server =
                serving(exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream body = exchange.getResponseBody()) {
                        do {
                            body.write(new byte[octets]);
                            body.flush();
                        } while (!over.await(octets > 1 ? 0 : 100, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                        throw new InterruptedIOException(e.getMessage());
                    }
                });
        var base = "http://127.0.0.1:" + server.getAddress().getPort();
        try (var client = HttpClient.newHttpClient()) {
            var source = new HttpsPlugins(client, HttpRequest::newBuilder, 64, seconds(1));
            // When
            Fetched fetched = source.fetch(reference(base + "/a.wasm"));
            // Then
            assertThat(text(fetched)).as(what).isEqualTo("download: " + base + "/a.wasm " + why);
        } finally {
            over.countDown();
            server.stop(0);
        }
    }

    private static Duration seconds(int number) {
        return Duration.ofSeconds(number);
    }

    private static HttpServer serving(HttpHandler handler) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static String text(Fetched fetched) {
        return switch (fetched) {
            case Code(var sha256, var bytes, var names, _) -> {
                assertThat(sha256).isEqualTo(Digests.sha256(bytes));
                assertThat(names).containsExactly(sha256);
                yield new String(bytes, UTF_8);
            }
            case PluginSource.Stale _ -> throw new AssertionError("sources know no before");
            case Failed(var step, var problem, _) -> step + ": " + problem;
        };
    }
}
