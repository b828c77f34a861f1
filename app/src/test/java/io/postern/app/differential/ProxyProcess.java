package io.postern.app.differential;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running proxy: started, ready when this exists, stopped by {@link #close}. */
final class ProxyProcess implements AutoCloseable {
    private static final Duration READY_BOUND = Duration.ofSeconds(40);
    private static final long POLL_MILLIS = 20;
    private static final int LOG_LINES_SHOWN = 15;

    private final Process process;

    private ProxyProcess(Process process) {
        this.process = process;
    }

    /** Starts the proxy and waits for its {@code /ready}; a failure shows the end of its log. */
    static ProxyProcess start(Launcher launcher, Path config, int adminPort, Path log)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(launcher.with(config))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        ProxyProcess proxy = new ProxyProcess(process);
        long deadline = System.nanoTime() + READY_BOUND.toNanos();
        try (HttpClient http = HttpClient.newBuilder().build()) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    throw new NotReadyException(
                            launcher.name() + " ended with " + process.exitValue(), log);
                }
                if (ready(http, adminPort)) {
                    return proxy;
                }
                process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        proxy.close();
        throw new NotReadyException(launcher.name() + " not ready after " + READY_BOUND, log);
    }

    private static boolean ready(HttpClient http, int adminPort) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/ready"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException _) {
            return false; // not listening yet
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The proxy did not come up. */
    static final class NotReadyException extends IOException {
        private static final long serialVersionUID = 1L;

        NotReadyException(String what, Path log) throws IOException {
            super(what + "; the end of " + log + ":\n" + tail(log));
        }

        private static String tail(Path log) throws IOException {
            List<String> lines =
                    Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
            int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
            return String.join("\n", lines.subList(from, lines.size())).indent(4);
        }
    }
}
