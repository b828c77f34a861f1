package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/live-configuration.md}, run. */
@Timeout(60)
class LiveConfigurationIT {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private @Nullable Assembly assembly;

    @AfterEach
    void close() {
        if (assembly != null) {
            assembly.close();
        }
    }

    @Test
    void everyExampleIsAValidConfigurationOrPartOfOne() throws IOException {
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(7);
        assertThat(load(blocks.get(0)).errors()).isEmpty();
        assertThat(load(blocks.get(4)).errors()).isEmpty();
        assertThat(load(blocks.get(5)).errors()).isEmpty();
        assertThat(load(blocks.get(6)).errors()).isEmpty();
    }

    @Test
    void routesInAFileChangeUnderAnOpenConnectionAndABadFileChangesNothing() throws Exception {
        // Given
        List<String> blocks = blocks();
        var client = HttpClient.newHttpClient();
        Gateway gateway = serveFiles(blocks, client);
        // When
        move("rds.yaml", blocks.get(2).replace("version 1", "version 2"));
        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(get(client, gateway)).isEqualTo("version 2"));
        // and when it is wrong
        move("rds.yaml", blocks.get(2).replace("prefix: /", "prefiks: /"));
        Awaitility.await().until(() -> log.toString(StandardCharsets.UTF_8).contains("prefiks"));
        assertThat(get(client, gateway)).isEqualTo("version 2");
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("rds.yaml:9:");
    }

    @Test
    void routesThatChangeAllTheTimeLoseNoRequest() throws Exception {
        // Given
        List<String> blocks = blocks();
        var client = HttpClient.newHttpClient();
        Gateway gateway = serveFiles(blocks, client);
        // When
        var seen = new ArrayList<String>();
        for (int version = 1; version <= 30; version++) {
            move("rds.yaml", blocks.get(2).replace("version 1", "version " + version));
            for (int i = 0; i < 20; i++) {
                seen.add(get(client, gateway));
            }
        }
        // Then
        assertThat(seen).hasSize(600).allMatch(answer -> answer.startsWith("version "));
        Awaitility.await()
                .untilAsserted(() -> assertThat(get(client, gateway)).isEqualTo("version 30"));
    }

    /** The gateway of the first example answers with version 1. */
    private Gateway serveFiles(List<String> blocks, HttpClient client) throws IOException {
        move("lds.yaml", blocks.get(1));
        move("rds.yaml", blocks.get(2));
        move("cds.yaml", blocks.get(3));
        Gateway gateway = start(blocks.get(0));
        Awaitility.await().until(() -> gateway.listeners().size() == 1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(get(client, gateway)).isEqualTo("version 1"));
        return gateway;
    }

    private Gateway start(String yaml) {
        if (!(load(yaml) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError(load(yaml).errors().toString());
        }
        var made =
                new Assembly(
                        loaded,
                        2,
                        new Gateway.Drain(Duration.ofSeconds(1), false),
                        new Log(
                                new PrintStream(log, true, StandardCharsets.UTF_8),
                                Log.Level.INFO));
        assembly = made;
        return made.gateway();
    }

    private LoadResult load(String yaml) {
        return new ConfigFile(Map.of()).loadYaml("doc", placed(yaml));
    }

    private String placed(String yaml) {
        return yaml.replace("DIRECTORY", folder.toString());
    }

    private void move(String name, String yaml) throws IOException {
        Path next = Files.writeString(folder.resolve(name + ".next"), placed(yaml));
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String get(HttpClient client, Gateway gateway)
            throws IOException, InterruptedException {
        if (!(gateway.listeners().getFirst().address() instanceof InetSocketAddress address)) {
            throw new AssertionError("not bound");
        }
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        var uri = URI.create("http://" + host + ":" + address.getPort() + "/");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    private static List<String> blocks() throws IOException {
        var text = Files.readString(Path.of("..", "docs", "live-configuration.md"));
        List<String> found = new ArrayList<>();
        var matcher = YAML.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
