package io.postern.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service behind the demo gateway: answers with what it received. */
final class DemoUpstream implements AutoCloseable {
    private static final int SHOWN_BODY_BYTES = 1024;

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    DemoUpstream(String name, int port) throws IOException {
        this.name = name;
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var text = new StringBuilder("Hello from ").append(name).append(".\n\nYou sent:\n");
        text.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
        text.append('\n');
        exchange.getRequestHeaders()
                .forEach((header, values) ->
                        values.forEach(
                                v -> text.append(header).append(": ").append(v).append('\n')));
        byte[] body = exchange.getRequestBody().readNBytes(SHOWN_BODY_BYTES);
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        text.append('\n').append(new String(body, StandardCharsets.UTF_8)).append('\n');
        byte[] answer = text.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "text/plain");
        exchange.getResponseHeaders().set("x-served-by", name);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
