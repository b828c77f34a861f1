package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code config/examples/demo}, served as {@code postern serve} does, with what the demo shows. */
@Timeout(60)
class DemoFolderIT {
    private static final Path EXAMPLES = Path.of("../config/examples").toAbsolutePath().normalize();
    private static final String KEY = "x-api-key: demo-key";
    private static final String READER = "x-role: reader";
    private static final String TOKEN =
            "authorization: Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6ImRlbW8iLCJ0eXAiOiJKV1QifQ."
                    + "eyJpc3MiOiJodHRwczovL2RlbW8ucG9zdGVybi5leGFtcGxlIiwiYXVkIjoiZGVtbyIsInN1YiI6ImJvYi"
                    + "IsInRlbmFudCI6ImFjbWUiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0."
                    + "_EV_PimDXo_EObqbnBl02OxBKVmQ33cjn4GRly1a6aU";

    @TempDir Path folder = Path.of("");
    private final List<HttpServer> services = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void startServices() throws IOException {
        for (String name : List.of("orders", "catalog")) {
            HttpServer service =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            service.createContext(
                    "/",
                    exchange -> {
                        byte[] body = name.getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            service.start();
            services.add(service);
        }
    }

    @AfterEach
    void stop() {
        services.forEach(service -> service.stop(0));
        client.close();
    }

    // The documents as they are, but for ports, and with what they refer to where it is.
    private Served served() throws IOException {
        var served = new Served(folder);
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("demo"))) {
            for (Path file : files.toList()) {
                served.write(file.getFileName().toString(), text(file, served.port()));
            }
        }
        return served;
    }

    private String text(Path file, int port) throws IOException {
        return Files.readString(file)
                .replace(
                        "file://../../../", "file://" + EXAMPLES.resolve("../..").normalize() + "/")
                .replace("file://../", "file://" + EXAMPLES + "/")
                .replace("port: 10000", "port: " + port)
                .replace("port: 10001", "port: " + services.getFirst().getAddress().getPort())
                .replace("port: 10002", "port: " + services.getLast().getAddress().getPort());
    }

    private HttpResponse<String> ask(Served served, String path, String... headers)
            throws IOException, InterruptedException {
        return send(served, path, "", headers);
    }

    private HttpResponse<String> send(Served served, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + path));
        for (String header : headers) {
            String[] words = header.split(": ", 2);
            request.header(words[0], words[1]);
        }
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void awaitServed(Served served) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> ask(served, "/hello").statusCode() == 200);
    }

    @Test
    void answersWhatTheDemoAsks() throws Exception {
        Served served = served();
        try (AllInOne _ = served.start()) {
            awaitServed(served);
            assertThat(ask(served, "/hello").body()).isEqualTo("catalog");
            assertThat(ask(served, "/auth").statusCode()).isEqualTo(401);
            assertThat(ask(served, "/auth", KEY).statusCode()).isEqualTo(200);
            assertThat(ask(served, "/auth", TOKEN).body()).isEqualTo("orders");
            assertThat(ask(served, "/opa").statusCode()).isEqualTo(403);
            assertThat(ask(served, "/opa", READER).statusCode()).isEqualTo(200);
            assertThat(send(served, "/opa", "hello", READER).statusCode()).isEqualTo(403);
            assertThat(ask(served, "/all", KEY, READER).statusCode()).isEqualTo(200);
            assertThat(ask(served, "/all", KEY).statusCode()).isEqualTo(403);
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                statuses.add(ask(served, "/limited").statusCode());
            }
            assertThat(statuses).startsWith(200, 200).contains(429).containsOnly(200, 429);
        }
    }

    @Test
    void aPluginIsSwappedWhileItServes() throws Exception {
        Served served = served();
        try (AllInOne _ = served.start()) {
            awaitServed(served);
            assertThat(realm(served)).contains("realm=\"demo\"");
            // When
            String text = text(EXAMPLES.resolve("demo/auth.yaml"), served.port());
            served.write("auth.yaml", text.replace("realm: demo", "realm: swapped"));
            // Then nobody is let in meanwhile
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> realm(served).contains("realm=\"swapped\""));
            assertThat(served.log()).contains("~ extension");
        }
    }

    private String realm(Served served) throws IOException, InterruptedException {
        HttpResponse<String> refused = ask(served, "/auth");
        assertThat(refused.statusCode()).isEqualTo(401);
        return String.join(" ", refused.headers().allValues("www-authenticate"));
    }
}
