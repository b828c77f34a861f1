package io.postern.xds.server.modules;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Serves modules to nodes: {@code GET /content/sha256/HEX}. Who knows a digest was told it by the
 * management server, and compares what it gets with it; so there is no TLS and no token.
 *
 * <p>Thread-safe; virtual threads of its own.
 */
public final class ModuleServer implements AutoCloseable {
    /** What a digest is put behind. */
    public static final String PATH = "/content/sha256/";

    private static final int BACKLOG = 1_024;

    /** Downloads at a time; others wait. */
    private static final int MOST_DOWNLOADS = 256;

    private final HttpServer server;
    private final ModuleStore store;
    private final Semaphore downloads = new Semaphore(MOST_DOWNLOADS);

    private ModuleServer(HttpServer server, ModuleStore store) {
        this.server = server;
        this.store = store;
    }

    /** Starts serving. */
    public static ModuleServer start(InetSocketAddress address, ModuleStore store)
            throws IOException {
        HttpServer http = HttpServer.create(address, BACKLOG);
        var server = new ModuleServer(http, store);
        http.createContext("/", server::handle);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.start();
        return server;
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            Path file = path.startsWith(PATH) ? store.find(path.substring(PATH.length())) : null;
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.sendResponseHeaders(405, -1);
            } else if (file == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                downloads.acquire();
                try {
                    serve(exchange, file, method.equals("GET"));
                } finally {
                    downloads.release();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops
        }
    }

    private static void serve(HttpExchange exchange, Path file, boolean withBody)
            throws IOException {
        exchange.getResponseHeaders().set("content-type", "application/octet-stream");
        exchange.getResponseHeaders().set("cache-control", "immutable, max-age=31536000");
        exchange.sendResponseHeaders(200, withBody ? Files.size(file) : -1);
        if (withBody) {
            Files.copy(file, exchange.getResponseBody());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
