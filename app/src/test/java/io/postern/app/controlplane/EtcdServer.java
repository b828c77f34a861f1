package io.postern.app.controlplane;

import io.postern.app.cli.Arguments;
import io.postern.app.differential.Ports;
import io.postern.xds.server.store.History;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd of one member, that can be killed and started again. The program is the one on the
 * path, or Debian's, unpacked once into the user's cache.
 */
final class EtcdServer implements AutoCloseable {
    private static final String CACHED = "etcd-debian";
    private static final String PROGRAM = "usr/bin/etcd";
    private static final long INSTALL_MINUTES_MAX = 3;

    private final Path program;
    private final Path data;
    private final @Nullable Tls tls;
    private final int port;
    private final int peerPort;
    private @Nullable Process process;

    /**
     * What it shows to its clients: files in PEM.
     *
     * @param clientCa who signs what they have to show; null: nothing
     */
    record Tls(Path certificate, Path key, @Nullable Path clientCa) {}

    private EtcdServer(Path program, Path data, @Nullable Tls tls) throws IOException {
        this.program = program;
        this.data = data;
        this.tls = tls;
        var ports = new Ports(new SecureRandom());
        port = ports.free();
        peerPort = ports.free();
    }

    /** Where etcd is; null, and the reason is printed: there is none. */
    static @Nullable Path program() throws IOException, InterruptedException {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(directory, "etcd");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        Path cache = Files.createDirectories(cache());
        Path cached = cache.resolve(CACHED);
        if (!Files.isExecutable(cached.resolve(PROGRAM))) {
            String failed = install(cache, cached);
            if (failed != null) {
                System.out.println("SKIPPED: no etcd (apt-get install etcd-server): " + failed);
                return null;
            }
        }
        return cached.resolve(PROGRAM);
    }

    private static Path cache() {
        String home = System.getenv().getOrDefault("HOME", "target");
        return Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", home + "/.cache"), "postern")
                .toAbsolutePath();
    }

    private static @Nullable String install(Path cache, Path into)
            throws IOException, InterruptedException {
        System.out.println("installing etcd into " + into);
        Path fresh = Files.createTempDirectory(cache, "installing");
        Path log = fresh.resolve("log");
        String command =
                "apt-get download etcd-server || { apt-get update -qq && apt-get download"
                        + " etcd-server; }; dpkg -x etcd-server_*.deb .";
        Process process =
                new ProcessBuilder("sh", "-ec", command)
                        .directory(fresh.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return "it takes too long";
        }
        if (process.exitValue() != 0 || !Files.isExecutable(fresh.resolve(PROGRAM))) {
            return Files.readString(log);
        }
        Files.move(fresh, into, StandardCopyOption.ATOMIC_MOVE);
        return null;
    }

    /** Starts one with an empty {@code data}. */
    static EtcdServer start(Path program, Path data) throws IOException {
        return start(program, data, null);
    }

    /** The same, over TLS. */
    static EtcdServer start(Path program, Path data, @Nullable Tls tls) throws IOException {
        var server = new EtcdServer(program, data, tls);
        server.start();
        return server;
    }

    /** As {@code --store} has it. */
    String url() {
        return "etcd://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /**
     * What {@code postern control-plane} keeps in it, told of it by options.
     *
     * @param state for what it keeps of its own
     */
    History history(String prefix, Path state, List<String> options) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("--store", url() + "/" + prefix, "--state", "" + state));
        words.addAll(options);
        return StoreFlags.of(Arguments.parse(StoreFlags.FLAGS, words), state).history(_ -> {});
    }

    /** Starts it with what it knew when it was killed. */
    void start() throws IOException {
        String client = (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--data-dir=" + data,
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=default=" + peer,
                                "--log-level=error"));
        if (tls != null) {
            command.addAll(List.of("--cert-file=" + tls.certificate(), "--key-file=" + tls.key()));
            if (tls.clientCa() != null) {
                command.addAll(
                        List.of("--client-cert-auth", "--trusted-ca-file=" + tls.clientCa()));
            }
        }
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolveSibling(data.getFileName() + ".log").toFile())
                        .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::isListening);
    }

    private boolean isListening() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    /** {@code kill -9}. */
    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
