package io.postern.app.plugin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.xds.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** As much of a registry as the commands need; real ones: the tests of {@code xds-server/oci}. */
public final class MemoryRegistry implements AutoCloseable {
    private record Kept(String type, byte[] content) {}

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();
    private final HttpServer server;

    /** An empty one, on a port of its own. */
    public MemoryRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@code 127.0.0.1:5000}. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    exchange.getResponseHeaders().add("location", path + "1");
                    exchange.sendResponseHeaders(202, -1);
                }
                case "PUT" -> {
                    put(exchange, path, body);
                    exchange.sendResponseHeaders(201, -1);
                }
                default -> answer(exchange, kept.get(path));
            }
        }
    }

    private void put(HttpExchange exchange, String path, byte[] body) {
        String type = exchange.getRequestHeaders().getFirst("content-type");
        String digest = Digest.of(body).toString();
        if (path.contains("/uploads/")) {
            kept.put(path.substring(0, path.indexOf("uploads/")) + digest, new Kept(type, body));
            return;
        }
        kept.put(path, new Kept(type, body));
        kept.put(path.substring(0, path.lastIndexOf('/') + 1) + digest, new Kept(type, body));
    }

    private static void answer(HttpExchange exchange, @Nullable Kept found) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (found == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().add("content-type", found.type());
        exchange.sendResponseHeaders(200, head ? -1 : found.content().length);
        if (!head) {
            exchange.getResponseBody().write(found.content());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
