package io.postern.xds.server.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.store.Revision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * {@code postern ctl}'s other end: {@code /v1/status}, {@code /v1/nodes}, {@code /v1/history},
 * {@code /v1/diff}, {@code /v1/rollback}, {@code /v1/rollouts}, {@code /metrics}. Answers are
 * texts, or JSON with {@code ?format=json}.
 *
 * <p>Whoever asks shows a token, if there is one. What changes something is POSTed with the header
 * {@code x-postern-ctl}, which no page in a browser can send unasked.
 */
public final class AdminServer implements AutoCloseable {
    /** The header of requests that change something. */
    public static final String HEADER = "x-postern-ctl";

    private static final int BACKLOG = 64;
    private static final Set<String> CHANGES =
            Set.of("/v1/rollback", "/v1/rollouts/promote", "/v1/rollouts/abort");

    private final HttpServer server;
    private final ControlPlane plane;
    private final @Nullable String token;

    private AdminServer(HttpServer server, ControlPlane plane, @Nullable String token) {
        this.server = server;
        this.plane = plane;
        this.token = token;
    }

    /** An answer. */
    private record Answer(int status, String json, List<String> lines) {
        static Answer of(Object tree, List<String> lines) {
            return new Answer(200, Json.of(tree), lines);
        }

        static Answer error(int status, String text) {
            return new Answer(status, Json.of(Map.of("error", text)), List.of(text));
        }
    }

    /**
     * Starts serving.
     *
     * @param token that whoever asks has to show; null: none
     */
    public static AdminServer start(
            InetSocketAddress address, ControlPlane plane, @Nullable String token)
            throws IOException {
        HttpServer server = HttpServer.create(address, BACKLOG);
        var admin = new AdminServer(server, plane, token);
        server.createContext("/", admin::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return admin;
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            Answer answer;
            try {
                answer = answer(exchange, query);
            } catch (IOException | RuntimeException e) {
                answer = Answer.error(500, String.valueOf(e.getMessage()));
            }
            boolean json = "json".equals(query.get("format"));
            String text = json ? answer.json() : String.join("\n", answer.lines()) + "\n";
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("content-type", json ? "application/json" : "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange, Map<String, String> query) throws IOException {
        if (token != null && !isShown(exchange.getRequestHeaders().getFirst("authorization"))) {
            return Answer.error(401, "show the token: authorization: Bearer …");
        }
        String path = exchange.getRequestURI().getPath();
        boolean changes = CHANGES.contains(path);
        String method = changes ? "POST" : "GET";
        if (!exchange.getRequestMethod().equals(method)) {
            return Answer.error(405, path + " takes " + method);
        }
        if (changes && exchange.getRequestHeaders().getFirst(HEADER) == null) {
            return Answer.error(403, "the header " + HEADER + " is missing");
        }
        return switch (path) {
            case "/v1/status" -> {
                var tree = Views.status(plane);
                yield Answer.of(tree, Texts.status(tree));
            }
            case "/v1/nodes" -> nodes(query.get("id"));
            case "/v1/history" -> history();
            case "/v1/diff" -> diff(query);
            case "/v1/rollback" -> rollback(query);
            case "/v1/rollouts" -> rollouts();
            case "/v1/rollouts/promote" -> endRollout(query, true);
            case "/v1/rollouts/abort" -> endRollout(query, false);
            case "/metrics" -> {
                List<String> lines = RolloutViews.metrics(plane.rollouts());
                yield Answer.of(lines, lines);
            }
            default -> Answer.error(404, path + " (expected: /v1/status, nodes, history, diff)");
        };
    }

    private boolean isShown(@Nullable String header) {
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        return header != null
                && MessageDigest.isEqual(expected, header.getBytes(StandardCharsets.UTF_8));
    }

    // With an id, everything about that node; without, a line for each.
    private Answer nodes(@Nullable String id) {
        List<Map<String, Object>> trees =
                plane.fleet().status(id != null).stream()
                        .filter(status -> id == null || status.node().id().equals(id))
                        .sorted(
                                Comparator.comparing((NodeStatus status) -> status.node().cluster())
                                        .thenComparing(status -> status.node().id()))
                        .map(Views::node)
                        .toList();
        List<String> lines = new ArrayList<>();
        trees.forEach(tree -> lines.addAll(Texts.node(tree)));
        return Answer.of(trees, lines);
    }

    private Answer history() throws IOException {
        List<Map<String, Object>> trees = plane.history().stream().map(Views::revision).toList();
        List<String> lines = new ArrayList<>();
        trees.forEach(tree -> lines.addAll(Texts.revision(tree)));
        return Answer.of(trees, lines);
    }

    private Answer diff(Map<String, String> query) throws IOException {
        Long to = number(query.getOrDefault("to", "" + plane.newest().number()));
        Long from = to == null ? null : number(query.getOrDefault("from", "" + (to - 1)));
        if (from == null || to == null) {
            return Answer.error(400, "from and to are numbers of revisions");
        }
        Revision before = from == 0 ? Revision.NONE : plane.revision(from);
        Revision after = plane.revision(to);
        if (before == null || after == null) {
            return Answer.error(404, "revision " + (before == null ? from : to) + " is not kept");
        }
        List<String> lines = Difference.lines(before, after);
        return Answer.of(Map.of("from", from, "to", to, "lines", lines), lines);
    }

    private Answer rollback(Map<String, String> query) throws IOException {
        Long to = number(query.getOrDefault("to", ""));
        if (to == null) {
            return Answer.error(400, "to: the number of a revision");
        }
        Revision made = plane.rollback(to, query.getOrDefault("by", "unknown"));
        if (made == null) {
            return Answer.error(404, "revision " + to + " is not kept");
        }
        var tree = Views.revision(made);
        return Answer.of(tree, Texts.revision(tree));
    }

    private Answer rollouts() throws IOException {
        List<Map<String, Object>> trees =
                plane.rollouts().stream().map(RolloutViews::tree).toList();
        List<String> lines = new ArrayList<>();
        trees.forEach(tree -> lines.addAll(RolloutViews.lines(tree)));
        return Answer.of(trees, lines.isEmpty() ? List.of("nothing was tried yet") : lines);
    }

    private Answer endRollout(Map<String, String> query, boolean promote) throws IOException {
        String refusal =
                plane.endRollout(
                        query.getOrDefault("name", ""),
                        promote,
                        query.getOrDefault("by", "unknown"));
        return refusal == null ? rollouts() : Answer.error(404, refusal);
    }

    private static @Nullable Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String part : Objects.requireNonNullElse(raw, "").split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String value = part.substring(equals + 1);
                query.put(
                        part.substring(0, equals),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
