package io.postern.core.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.core.observe.StatStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The admin server: Envoy's paths over HTTP/1.1. Each request has a virtual thread, so that a slow
 * page does not hold up /ready.
 */
public final class AdminServer implements AutoCloseable {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MOST_FORM_BYTES = 64 << 10;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Pages pages;

    private AdminServer(HttpServer server, AdminView view, StatStore stats) {
        this.server = server;
        long started = System.nanoTime();
        this.pages =
                new Pages(
                        view,
                        stats,
                        () -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
    }

    /**
     * Listens; requests are served when this returns.
     *
     * @throws IOException when the address cannot be bound
     */
    public static AdminServer start(InetSocketAddress address, AdminView view, StatStore stats)
            throws IOException {
        HttpServer http = HttpServer.create(address, 0);
        var admin = new AdminServer(http, view, stats);
        http.setExecutor(admin.threads);
        http.createContext("/", admin::handle);
        http.start();
        return admin;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Reply reply =
                pages.answer(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        Query.parse(parameters(exchange)));
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("content-type", reply.contentType());
        headers.set("cache-control", "no-cache, max-age=0");
        headers.set("x-content-type-options", "nosniff");
        headers.set("server", "envoy");
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        try (exchange) {
            exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
            if (!bodiless) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
        Runnable afterwards = reply.afterwards();
        if (afterwards != null) {
            afterwards.run();
        }
    }

    // In the query, or as a form in the body.
    private static @Nullable String parameters(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        String type = exchange.getRequestHeaders().getFirst("content-type");
        if (query != null || !FORM.equals(type)) {
            return query;
        }
        byte[] form = exchange.getRequestBody().readNBytes(MOST_FORM_BYTES);
        return new String(form, StandardCharsets.UTF_8);
    }

    /** Stops listening; open requests are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
