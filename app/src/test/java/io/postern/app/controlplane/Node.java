package io.postern.app.controlplane;

import io.postern.app.Assembly;
import io.postern.app.Log;
import io.postern.app.differential.EnvoyBinary;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A gateway that got a bootstrap from {@code postern ctl bootstrap} and nothing else. */
interface Node extends AutoCloseable {
    /** Where its first listener listens; null: it has none yet. */
    @Nullable InetSocketAddress address() throws IOException, InterruptedException;

    @Override
    void close();

    /** What it answers; empty when it does not. */
    default String get() throws InterruptedException {
        return get("/");
    }

    /** What it answers to a path; empty when it does not. */
    default String get(String path) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            InetSocketAddress at = address();
            if (at == null) {
                return "";
            }
            var request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + path))
                            .timeout(Duration.ofSeconds(2));
            return client.send(request.build(), BodyHandlers.ofString()).body();
        } catch (IOException _) {
            return "";
        }
    }

    /** A Postern in this process. */
    static Node postern(String id, String variant, int xdsPort) {
        return postern(id, bootstrap(id, variant, xdsPort));
    }

    /** A Postern in this process, with a bootstrap. */
    static Node postern(String id, String text) {
        if (!(new ConfigFile(Map.of()).loadYaml(id, text) instanceof LoadResult.Loaded loaded)) {
            throw new IllegalStateException("the bootstrap is not understood");
        }
        var log = new Log(new PrintStream(OutputStream.nullOutputStream()), Log.Level.OFF);
        var assembly = new Assembly(loaded, 1, new Gateway.Drain(Duration.ZERO, false), log);
        return new Node() {
            @Override
            public @Nullable InetSocketAddress address() {
                var listeners = assembly.gateway().listeners();
                return listeners.isEmpty()
                        ? null
                        : (InetSocketAddress) listeners.getFirst().address();
            }

            @Override
            public void close() {
                assembly.close();
            }
        };
    }

    /** A real Envoy; the test is left out where there is none. */
    static Node envoy(String id, String variant, int xdsPort, Path folder)
            throws IOException, InterruptedException {
        return envoy(id, bootstrap(id, variant, xdsPort), folder);
    }

    /** A real Envoy with a bootstrap. */
    static Node envoy(String id, String bootstrap, Path folder)
            throws IOException, InterruptedException {
        var found = new EnvoyBinary(System.getenv(), Path.of("target")).find();
        Assumptions.assumeTrue(found instanceof EnvoyBinary.Found.At, found.toString());
        Path binary = ((EnvoyBinary.Found.At) found).binary();
        Path config = folder.resolve(id + ".envoy");
        Path admin = folder.resolve(id + ".admin");
        Files.writeString(
                config,
                bootstrap
                        + "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        binary.toString(),
                                        "--config-yaml",
                                        Files.readString(config),
                                        "--concurrency",
                                        "1",
                                        "--use-dynamic-base-id",
                                        "--admin-address-path",
                                        admin.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(id + ".log").toFile())
                        .start();
        return new Node() {
            private final Pattern listener = Pattern.compile("::127\\.0\\.0\\.1:([0-9]+)");

            @Override
            public @Nullable InetSocketAddress address() throws IOException, InterruptedException {
                if (!Files.exists(admin)) {
                    return null;
                }
                try (var client = HttpClient.newHttpClient()) {
                    URI uri = URI.create("http://" + Files.readString(admin) + "/listeners");
                    var answer =
                            client.send(
                                    HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
                    var matcher = listener.matcher(answer.body());
                    return matcher.find()
                            ? new InetSocketAddress(
                                    InetAddress.getLoopbackAddress(),
                                    Integer.parseInt(matcher.group(1)))
                            : null;
                } catch (IllegalArgumentException e) {
                    throw new IOException(e); // half an address
                }
            }

            @Override
            public void close() {
                process.destroy();
                var _ = process.onExit().join();
            }
        };
    }

    /** What {@code postern ctl bootstrap} prints. */
    static String bootstrap(String id, String variant, int xdsPort) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), xdsPort);
        return NodeBootstrap.of(id, "edge", address, NodeBootstrap.Proof.NONE)
                .replace("DELTA_GRPC", variant);
    }
}
