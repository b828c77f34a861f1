package io.postern.xds.server.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures a running management server: {@code FleetLoad PORT PID INPUT NODES ROUTES PUSHES}, where
 * INPUT is the folder of {@code postern control-plane}, or the URL at which another server takes
 * changes (loadtest/fleets). Lets simulated nodes ask for all route configurations by name, then
 * changes one again and again, and tells how long each change took to the last acknowledgement, and
 * what it cost server and nodes in CPU: both share the machine.
 */
final class FleetLoad {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private FleetLoad() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        var server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[0]));
        ProcessHandle process = ProcessHandle.of(Long.parseLong(words[1])).orElseThrow();
        Input input =
                words[2].contains("://")
                        ? new Url(words[2], HttpClient.newHttpClient())
                        : new Folder(Path.of(words[2]));
        int nodes = Integer.parseInt(words[3]);
        int routes = Integer.parseInt(words[4]);
        int pushes = Integer.parseInt(words[5]);
        input.begin(routes);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            names.add("routes-" + i);
        }
        try (var first = new SimulatedNodes(server, "first-", 1, names)) {
            first.await(routes, PATIENCE); // until then the folder is read: not measured
        }
        long begin = System.nanoTime();
        try (var fleet = new SimulatedNodes(server, "node-", nodes, names)) {
            long expected = (long) nodes * routes;
            fleet.await(expected, PATIENCE);
            System.out.printf("first sync of %d nodes: %d ms%n", nodes, millis(begin));
            List<Long> took = new ArrayList<>();
            Duration serverBefore = cpu(process);
            Duration nodesBefore = cpu(ProcessHandle.current());
            for (int push = 1; push <= pushes; push++) {
                begin = System.nanoTime();
                input.change(push);
                expected += nodes;
                fleet.await(expected, PATIENCE);
                took.add(millis(begin));
            }
            System.out.printf(
                    "CPU per change: server %d ms, nodes %d ms%n",
                    cpu(process).minus(serverBefore).toMillis() / pushes,
                    cpu(ProcessHandle.current()).minus(nodesBefore).toMillis() / pushes);
            System.out.println("in their order: " + took);
            Collections.sort(took);
            System.out.printf(
                    "from the change to the last answer: median %d ms, p99 %d ms, most %d ms%n",
                    took.get(took.size() / 2),
                    took.get((int) Math.ceil(took.size() * 0.99) - 1),
                    took.getLast());
        }
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long millis(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    /** Where a server gets its resources from. */
    private sealed interface Input {
        void begin(int routes) throws IOException, InterruptedException;

        void change(int content) throws IOException, InterruptedException;
    }

    private record Folder(Path folder) implements Input {
        @Override
        public void begin(int routes) throws IOException {
            write(folder, "base.yaml", documents(1, routes, 0));
            write(folder, "one.yaml", documents(0, 1, 0));
        }

        @Override
        public void change(int content) throws IOException {
            write(folder, "one.yaml", documents(0, 1, content));
        }
    }

    private record Url(String url, HttpClient client) implements Input {
        @Override
        public void begin(int routes) throws IOException, InterruptedException {
            post("routes=" + routes);
        }

        @Override
        public void change(int content) throws IOException, InterruptedException {
            post("content=" + content);
        }

        private void post(String query) throws IOException, InterruptedException {
            var request =
                    HttpRequest.newBuilder(URI.create(url + "?" + query))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build();
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                throw new IOException(url + " answers " + status);
            }
        }
    }

    private static String documents(int from, int to, int content) {
        var text = new StringBuilder("resources:\n");
        for (int i = from; i < to; i++) {
            text.append(
                    """
                    - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
                      name: routes-%d
                      virtual_hosts:
                      - name: host-%d
                        domains: ["host-%d.example.org"]
                        routes:
                        - match: {prefix: /}
                          direct_response: {status: 200, body: {inline_string: "content %d"}}
                    """
                            .formatted(i, i, i, content));
        }
        return text.toString();
    }

    private static void write(Path folder, String file, String text) throws IOException {
        Path fresh = folder.resolve("." + file);
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }
}
