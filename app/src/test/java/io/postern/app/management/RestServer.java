package io.postern.app.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A management server that is polled: what a test gives it, or 304 to whoever has it. */
final class RestServer implements AutoCloseable {
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Map<String, HttpHandler> instead = new ConcurrentHashMap<>();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    private record Held(String version, String resources) {}

    /** A request that came. */
    record Question(String path, DiscoveryRequest request, int status) {}

    RestServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v3/", this::answer);
        server.createContext("/", exchange -> reply(exchange, 200, "from the origin"));
        server.start();
    }

    /** Management server and origin. */
    int port() {
        return server.getAddress().getPort();
    }

    /** Answers so from now on, and behaves. */
    void serve(String path, String version, String resources) {
        held.put(path, new Held(version, resources));
        instead.remove(path);
    }

    /** Lets somebody else answer. */
    void misbehave(String path, HttpHandler handler) {
        instead.put(path, handler);
    }

    List<Question> questions(String path) {
        return questions.stream().filter(one -> one.path().equals(path)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        var request = DiscoveryRequest.newBuilder();
        try (var body = new InputStreamReader(exchange.getRequestBody(), UTF_8)) {
            JsonFormat.parser().ignoringUnknownFields().merge(body, request);
        }
        Held now = held.getOrDefault(path, new Held("0", ""));
        HttpHandler other = instead.get(path);
        if (other != null) {
            other.handle(exchange);
            questions.add(new Question(path, request.build(), -1));
            return;
        }
        boolean isKnown = request.getVersionInfo().equals(now.version());
        if (isKnown) {
            reply(exchange, 304, "");
        } else {
            reply(exchange, 200, response(now.version(), now.resources()));
        }
        questions.add(new Question(path, request.build(), isKnown ? 304 : 200));
    }

    static String response(String version, String resources) {
        return "{\"version_info\": \"%s\", \"resources\": [%s]}".formatted(version, resources);
    }

    static void reply(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
