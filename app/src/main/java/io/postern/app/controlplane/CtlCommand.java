package io.postern.app.controlplane;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.OutputFormat;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.admin.AdminServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code postern ctl}: asks a management server. */
public final class CtlCommand implements Command {
    private static final Flag SERVER =
            Flag.valued("ADDRESS", "Its admin address (default: 127.0.0.1:18001).", "--server");
    private static final Flag TOKEN =
            Flag.valued("FILE", "With the token that it wants.", "--token-file");
    private static final Flag ID = Flag.valued("ID", "For bootstrap: node.id.", "--id");
    private static final Flag CLUSTER =
            Flag.valued("NAME", "For bootstrap: node.cluster.", "--cluster");
    private static final Flag XDS =
            Flag.valued(
                    "ADDRESS", "For bootstrap: where nodes connect (127.0.0.1:18000).", "--xds");
    private static final Flag CA =
            Flag.valued("FILE", "For bootstrap: who signed the server's certificate.", "--tls-ca");
    private static final Flag CERTIFICATE =
            Flag.valued("FILE", "For bootstrap: the node's certificate.", "--tls-certificate");
    private static final Flag KEY =
            Flag.valued("FILE", "For bootstrap: the key of it.", "--tls-key");
    private static final Flag SERVER_NAME =
            Flag.valued(
                    "NAME",
                    "For bootstrap: whom the certificate has to name.",
                    "--tls-server-name");
    private static final Flag NODE_TOKEN =
            Flag.valued("FILE", "For bootstrap: the token that the node shows.", "--node-token");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "ctl";
    }

    @Override
    public String summary() {
        return "Asks a management server: nodes, history, differences, rollouts; goes back.";
    }

    @Override
    public String operands() {
        return "status | nodes [ID] | history | diff [FROM [TO]] | rollback REVISION |"
                + " rollout status|promote|abort NAME | bootstrap";
    }

    @Override
    public List<Flag> flags() {
        return List.of(
                SERVER,
                OutputFormat.FLAG,
                TOKEN,
                ID,
                CLUSTER,
                XDS,
                CA,
                CERTIFICATE,
                KEY,
                SERVER_NAME,
                NODE_TOKEN);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        List<String> words = arguments.operands();
        if (words.isEmpty()) {
            throw new UsageException("ctl: what? (expected: " + operands() + ")");
        }
        String first = words.size() > 1 ? encoded(words.get(1)) : "";
        String second = words.size() > 2 ? encoded(words.get(2)) : "";
        String user = encoded(System.getProperty("user.name", "unknown"));
        return switch (words.getFirst()) {
            case "status" -> ask(arguments, "GET", "status?", out, err);
            case "nodes" -> ask(arguments, "GET", "nodes?" + field("id", first), out, err);
            case "history" -> ask(arguments, "GET", "history?", out, err);
            case "diff" ->
                    ask(
                            arguments,
                            "GET",
                            "diff?" + field("from", first) + field("to", second),
                            out,
                            err);
            case "rollback" -> {
                if (first.isEmpty()) {
                    throw new UsageException("ctl rollback: to which REVISION?");
                }
                String query = field("to", first) + field("by", user);
                yield ask(arguments, "POST", "rollback?" + query, out, err);
            }
            case "rollout" -> rollout(arguments, words, user, out, err);
            case "bootstrap" -> {
                bootstrap(arguments).lines().forEach(out::println);
                yield 0;
            }
            default ->
                    throw new UsageException(
                            "ctl: '" + words.getFirst() + "' (expected: " + operands() + ")");
        };
    }

    private static int rollout(
            Arguments arguments, List<String> words, String user, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        String what = words.size() > 1 ? words.get(1) : "status";
        if (what.equals("status")) {
            return ask(arguments, "GET", "rollouts?", out, err);
        }
        boolean known = what.equals("promote") || what.equals("abort");
        if (!known || words.size() != 3) {
            throw new UsageException("ctl rollout: expected: status, promote NAME, abort NAME");
        }
        String query = field("name", encoded(words.get(2))) + field("by", user);
        return ask(arguments, "POST", "rollouts/" + what + "?" + query, out, err);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String field(String name, String value) {
        return value.isEmpty() ? "" : name + "=" + value + "&";
    }

    private static String bootstrap(Arguments arguments) throws IOException {
        String id = arguments.get(ID);
        if (id == null) {
            throw new UsageException("ctl bootstrap: --id, the node's name, is missing");
        }
        String cluster = arguments.get(CLUSTER);
        String xds = arguments.get(XDS);
        InetSocketAddress address =
                SocketAddresses.parse("--xds", xds == null ? "127.0.0.1:18000" : xds);
        Path token = arguments.path(NODE_TOKEN);
        var proof =
                new NodeBootstrap.Proof(
                        tls(arguments), token == null ? "" : Files.readString(token).strip());
        return NodeBootstrap.of(id, cluster == null ? "" : cluster, address, proof);
    }

    private static NodeBootstrap.@Nullable Tls tls(Arguments arguments) {
        Path ca = arguments.path(CA);
        Path certificate = arguments.path(CERTIFICATE);
        Path key = arguments.path(KEY);
        String name = arguments.get(SERVER_NAME);
        if (ca == null && certificate == null && key == null && name == null) {
            return null;
        }
        if (ca == null || (certificate == null) != (key == null)) {
            throw new UsageException(
                    "ctl bootstrap: TLS needs --tls-ca, and --tls-certificate and --tls-key"
                            + " together or not at all");
        }
        return new NodeBootstrap.Tls(ca, certificate, key, name == null ? "" : name);
    }

    private static int ask(
            Arguments arguments, String method, String path, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        String server = arguments.get(SERVER);
        String base = server == null ? "127.0.0.1:18001" : server;
        String format = OutputFormat.of(arguments) == OutputFormat.JSON ? "format=json" : "";
        var request =
                HttpRequest.newBuilder(URI.create("http://" + base + "/v1/" + path + format))
                        .timeout(PATIENCE)
                        .header(AdminServer.HEADER, "1")
                        .method(method, HttpRequest.BodyPublishers.noBody());
        Path token = arguments.path(TOKEN);
        if (token != null) {
            request.header("authorization", "Bearer " + Files.readString(token).strip());
        }
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean good = response.statusCode() == 200;
            response.body().lines().forEach((good ? out : err)::println);
            return good ? 0 : 1;
        } catch (IOException e) {
            throw new IOException("no answer from " + base + ": " + e, e);
        }
    }
}
