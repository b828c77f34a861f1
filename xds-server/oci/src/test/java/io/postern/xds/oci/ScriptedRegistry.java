package io.postern.xds.oci;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.xds.oci.manifest.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A registry that answers as told, right or wrong, and remembers what it was asked. What a real one
 * does is tested with real ones.
 */
public final class ScriptedRegistry implements AutoCloseable {
    /** An answer to one path. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** What came in. */
    public record Asked(String method, String path, String authorization) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public ScriptedRegistry() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String who = exchange.getRequestHeaders().getFirst("authorization");
        asked.add(new Asked(exchange.getRequestMethod(), path, who == null ? "" : who));
        try (exchange) {
            answers.getOrDefault(path, send(404, "text/plain", "no such thing")).to(exchange);
        }
    }

    /** {@code 127.0.0.1:PORT}. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://" + host() + path;
    }

    public List<Asked> asked() {
        return asked;
    }

    public ScriptedRegistry on(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    public static Answer send(int status, String type, String body) {
        return send(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer send(int status, String type, byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().add("content-type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        };
    }

    public static Answer redirect(String to) {
        return exchange -> {
            exchange.getResponseHeaders().add("location", to);
            exchange.sendResponseHeaders(307, -1);
        };
    }

    /** Answers only with that authorization, and asks for it with {@code challenge}. */
    public static Answer guarded(String authorization, String challenge, Answer answer) {
        return exchange -> {
            if (authorization.equals(exchange.getRequestHeaders().getFirst("authorization"))) {
                answer.to(exchange);
                return;
            }
            exchange.getResponseHeaders().add("www-authenticate", challenge);
            exchange.sendResponseHeaders(401, -1);
        };
    }

    /** An artifact {@code REPOSITORY:TAG} with these layers, type and content. */
    public Digest artifact(String repository, String tag, List<Layer> layers) {
        byte[] manifest = manifest(layers, MediaTypes.MANIFEST);
        layers.forEach(layer -> blob(repository, layer.content()));
        return manifest(repository, tag, MediaTypes.MANIFEST, manifest);
    }

    public Digest manifest(String repository, String tag, String type, byte[] manifest) {
        Digest digest = Digest.of(manifest);
        Answer answer = send(200, type, manifest);
        on("/v2/" + repository + "/manifests/" + tag, answer);
        on("/v2/" + repository + "/manifests/" + digest, answer);
        return digest;
    }

    public void blob(String repository, byte[] content) {
        on(
                "/v2/" + repository + "/blobs/" + Digest.of(content),
                send(200, "application/octet-stream", content));
    }

    /** A layer of an artifact. */
    public record Layer(String type, byte[] content, String title) {
        public Layer(String type, byte[] content) {
            this(type, content, "");
        }

        String json() {
            String annotations =
                    title.isEmpty()
                            ? ""
                            : ",\"annotations\":{\"org.opencontainers.image.title\":\""
                                    + title
                                    + "\"}";
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
                    .formatted(type, Digest.of(content), content.length, annotations);
        }
    }

    public static byte[] manifest(List<Layer> layers, String type) {
        var config = new Layer("application/vnd.oci.image.config.v1+json", new byte[] {'{', '}'});
        String all = String.join(",", layers.stream().map(Layer::json).toList());
        String json =
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(type, config.json(), all);
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
