package io.postern.xds.server.modules;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.PluginSource.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModuleServerTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir Path folder = Path.of("");

    private ModuleStore store(int most, int minutes) throws IOException {
        Clock clock = Clock.fixed(NOON.plus(Duration.ofMinutes(minutes)), ZoneOffset.UTC);
        return new ModuleStore(folder, most, clock);
    }

    private static Code module(char name, int size) {
        return new Code(String.valueOf(name).repeat(64), new byte[size]);
    }

    private static HttpResponse<byte[]> ask(ModuleServer server, String method, String path)
            throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + server.port() + path);
        var request =
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofByteArray());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /content/sha256/A, 200, 1000",
        "HEAD, /content/sha256/A, 200, 0",
        "POST, /content/sha256/A, 405, 0",
        "GET, /content/sha256/B, 404, 0",
        "GET, /content/sha256/../A, 404, 0",
        "GET, /content/sha256/%2e%2e%2fA, 404, 0",
        "GET, /content/sha256/, 404, 0",
        "GET, /, 404, 0",
    })
    void givesWhatIsKeptAndNothingElse(String method, String path, int status, int octets)
            throws Exception {
        // Given
        store(10_000, 0).keep(List.of(module('a', 1_000)));
        String asked = path.replace("A", "a".repeat(64)).replace("B", "b".repeat(64));
        try (ModuleServer server = ModuleServer.start(ANY, store(10_000, 0))) {
            // When
            var response = ask(server, method, asked);
            // Then
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).hasSize(octets);
        }
    }

    @Test
    void whatNoDocumentNeedsGoesWhenThereIsNoRoom() throws IOException {
        // Given
        store(2_500, 0).keep(List.of(module('a', 1_000)));
        store(2_500, 1).keep(List.of(module('b', 1_000)));
        store(2_500, 2).keep(List.of(module('a', 1_000)));
        // When
        ModuleStore store = store(2_500, 3);
        store.keep(List.of(module('c', 1_000)));
        // Then
        assertThat(store.find("a".repeat(64))).isNotNull();
        assertThat(store.find("b".repeat(64))).isNull();
        assertThat(store.find("c".repeat(64))).isNotNull();
        // When everything is needed
        store.keep(List.of(module('a', 1_000), module('c', 1_000), module('d', 1_000)));
        // Then
        assertThat(store.find("a".repeat(64))).isNotNull();
        assertThat(store.find("d".repeat(64))).isNotNull();
    }
}
