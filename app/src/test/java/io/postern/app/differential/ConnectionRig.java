package io.postern.app.differential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One proxy with a listener and a plugin for each script, in front of one upstream. */
final class ConnectionRig implements AutoCloseable {
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final String LISTENER =
            """
              - name: NAME
                address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
                filter_chains:
                - filters:
            """;
    private static final String FILTER =
            """
                  - name: NAME
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm
                      config:
                        name: NAME
                        vm_config:
                          runtime: envoy.wasm.runtime.v8
                          environment_variables: {key_values: {NAME: "a machine of PORT"}}
                          code: {local: {filename: "MODULE"}}
                        configuration:
                          "@type": type.googleapis.com/google.protobuf.StringValue
                          value: "MODE"
            """;
    private static final String TCP_PROXY =
            """
                  - name: tcp
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                      stat_prefix: tcp
                      cluster: up
            """;
    private static final String REST =
            """
              clusters:
              - name: up
                type: STATIC
                connect_timeout: 5s
                load_assignment:
                  cluster_name: up
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]
            admin: {address: {socket_address: {address: 127.0.0.1, port_value: ADMIN}}}
            """;

    private final ServerSocket upstream;
    private final Map<ConnectionScript, Integer> ports = new LinkedHashMap<>();
    private final Path log;
    private final ProxyProcess proxy;

    ConnectionRig(Launcher launcher, Path module, List<ConnectionScript> scripts, Path scratch)
            throws IOException, InterruptedException {
        Ports free = new Ports(new Random());
        upstream = free.listen();
        upstream.setSoTimeout((int) MOST.toMillis());
        StringBuilder config = new StringBuilder("static_resources:\n  listeners:\n");
        for (ConnectionScript script : scripts) {
            int port = free.free();
            ports.put(script, port);
            config.append(listener(script, port, module));
        }
        int admin = free.free();
        config.append(
                REST.replace("PORT", Integer.toString(upstream.getLocalPort()))
                        .replace("ADMIN", Integer.toString(admin)));
        Path file = scratch.resolve(launcher.name() + ".yaml");
        Files.writeString(file, config);
        log = scratch.resolve(launcher.name() + ".log");
        proxy = ProxyProcess.start(launcher, file, admin, log);
    }

    private static String listener(ConnectionScript script, int port, Path module) {
        StringBuilder text = new StringBuilder(LISTENER.replace("NAME", "listener-" + port));
        for (int i = 0; i < script.plugins().size(); i++) {
            text.append(
                    FILTER.replace("NAME", name(script, port, i))
                            .replace("MODULE", module.toString())
                            .replace("MODE", script.plugins().get(i)));
        }
        return text.append(TCP_PROXY).toString().replace("PORT", Integer.toString(port));
    }

    private static String name(ConnectionScript script, int port, int i) {
        return "net-" + port + (script.plugins().size() == 1 ? "" : "-" + (i + 1));
    }

    /** Runs a script; what was seen instead of what it expects, or an empty text. */
    String run(ConnectionScript script) throws IOException, InterruptedException {
        int port = ports.getOrDefault(script, 0);
        String prefix = "wasm log net-" + port;
        List<ScriptedConnection> ends = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                ScriptedConnection client = new ScriptedConnection("client", socket)) {
            int seen = 0;
            for (ConnectionScript.Step step : script.steps()) {
                act(step.action(), client, ends);
                List<String> events = await(step, prefix, seen, client, ends);
                if (!events.equals(step.events())) {
                    return step.action() + " -> " + String.join(" | ", events);
                }
                seen = lines(prefix).size();
                client.forget();
                ends.forEach(ScriptedConnection::forget);
            }
            return "";
        } finally {
            for (ScriptedConnection end : ends) {
                end.close();
            }
        }
    }

    private void act(String action, ScriptedConnection client, List<ScriptedConnection> ends)
            throws IOException {
        switch (action) {
            case "connect" -> {} // has been done
            case "accept" -> ends.add(new ScriptedConnection("upstream", upstream.accept()));
            case "client end" -> client.end();
            case "upstream end" -> ends.getFirst().end();
            default -> {
                String text = action.substring(action.indexOf(' ') + 1);
                (action.startsWith("client ") ? client : ends.getFirst()).write(text);
            }
        }
    }

    private List<String> await(
            ConnectionScript.Step step,
            String prefix,
            int seen,
            ScriptedConnection client,
            List<ScriptedConnection> ends)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MOST.toNanos();
        while (true) {
            List<String> lines = lines(prefix);
            List<String> events = new ArrayList<>(lines.subList(seen, lines.size()));
            events.addAll(client.events());
            ends.forEach(end -> events.addAll(end.events()));
            events.sort(null);
            if (events.equals(step.events()) || System.nanoTime() > deadline) {
                return events;
            }
            Thread.sleep(5); // what happens in another process cannot be waited for otherwise
        }
    }

    private List<String> lines(String prefix) throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.contains(prefix))
                .map(line -> line.substring(line.indexOf(prefix) + prefix.length()))
                .map(line -> line.replaceFirst("^-?(\\d*): ", "$1 ").strip())
                .filter(line -> !line.contains("plugin failed"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        upstream.close();
    }
}
