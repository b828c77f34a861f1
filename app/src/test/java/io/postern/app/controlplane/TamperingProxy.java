package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Between a registry and whoever pulls from it: says what the registry says, or something else.
 * Closing ends it. Thread-safe.
 */
final class TamperingProxy implements AutoCloseable {
    private static final List<String> HEADERS =
            List.of("content-type", "docker-content-digest", "etag", "location");

    /** What it answers instead. */
    @FunctionalInterface
    interface Fault {
        /** {@code truth}: as the registry says it. */
        void to(HttpExchange exchange, HttpResponse<byte[]> truth) throws IOException;
    }

    /** The truth. */
    static final Fault NONE = (exchange, truth) -> answer(exchange, truth, truth.body());

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final String registry;
    private volatile Fault onManifests = NONE;
    private volatile Fault onBlobs = NONE;

    /** {@code registry}: {@code HOST:PORT}, without TLS. */
    TamperingProxy(String registry) throws IOException {
        this.registry = registry;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    void tamper(Fault manifests, Fault blobs) {
        onManifests = manifests;
        onBlobs = blobs;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        var request = HttpRequest.newBuilder(URI.create("http://" + registry + path));
        String accept = exchange.getRequestHeaders().getFirst("accept");
        request.header("accept", accept == null ? "*/*" : accept);
        try (exchange) {
            HttpResponse<byte[]> truth = client.send(request.build(), BodyHandlers.ofByteArray());
            Fault fault =
                    path.contains("/manifests/")
                            ? onManifests
                            : path.contains("/blobs/") ? onBlobs : NONE;
            fault.to(exchange, truth);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** With the registry's status and head. */
    static void answer(HttpExchange exchange, HttpResponse<byte[]> truth, byte[] body)
            throws IOException {
        for (String name : HEADERS) {
            truth.headers()
                    .firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().add(name, value));
        }
        exchange.sendResponseHeaders(truth.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** With nothing of the registry's. */
    static Fault instead(int status, String name, String value, String body) {
        return (exchange, _) -> {
            byte[] octets = body.getBytes(US_ASCII);
            exchange.getResponseHeaders().add(name, value);
            exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
            exchange.getResponseBody().write(octets);
        };
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
