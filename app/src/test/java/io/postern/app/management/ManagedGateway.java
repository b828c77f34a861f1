package io.postern.app.management;

import io.postern.app.Assembly;
import io.postern.app.Log;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Postern in this process, and what it says. */
final class ManagedGateway implements AutoCloseable {
    private static final Duration MOST = Duration.ofSeconds(30);

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Assembly assembly;

    ManagedGateway(String yaml) {
        LoadResult result = new ConfigFile(Map.of()).loadYaml("bootstrap", yaml);
        if (!(result instanceof LoadResult.Loaded loaded)) {
            throw new IllegalArgumentException(result.errors().toString());
        }
        var out = new PrintStream(log, true, StandardCharsets.UTF_8);
        assembly =
                new Assembly(
                        loaded,
                        1,
                        new Gateway.Drain(Duration.ZERO, false),
                        new Log(out, Log.Level.INFO));
    }

    /** What its first listener answers; empty while there is none. */
    String get() throws IOException, InterruptedException {
        var listeners = assembly.gateway().listeners();
        if (listeners.isEmpty()
                || !(listeners.getFirst().address() instanceof InetSocketAddress address)) {
            return "";
        }
        var uri = URI.create("http://127.0.0.1:" + address.getPort() + "/");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    void awaitAnswer(String expected) {
        Awaitility.await()
                .atMost(MOST)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    if (!get().equals(expected)) {
                        throw new AssertionError(
                                "answers " + get() + ", not " + expected + "; said: " + said());
                    }
                });
    }

    String said() {
        return log.toString(StandardCharsets.UTF_8);
    }

    void awaitSaid(String text) {
        Awaitility.await()
                .atMost(MOST)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    if (!said().contains(text)) {
                        throw new AssertionError("'" + text + "' was not said, but: " + said());
                    }
                });
    }

    void forgetWhatWasSaid() {
        log.reset();
    }

    Assembly assembly() {
        return assembly;
    }

    @Override
    public void close() {
        client.close();
        assembly.close();
    }
}
