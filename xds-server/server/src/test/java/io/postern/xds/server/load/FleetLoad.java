package io.postern.xds.server.load;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packer;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures a running management server: {@code FleetLoad PORT PID INPUT NODES ROUTES PUSHES
 * [storm]}, where INPUT is the folder of {@code postern control-plane}, or the URL at which another
 * server takes changes (loadtest/fleets). Lets simulated nodes ask for all route configurations by
 * name, then changes one again and again, and tells how long each change took to the last
 * acknowledgement, and what it cost server and nodes in CPU: both share the machine. The first
 * changes, which a server on a virtual machine still compiles for, are told apart.
 *
 * <p>With {@code storm}, the server, which has to be ours, is killed; whoever started it starts it
 * again, and all nodes come back at once with what they have.
 */
final class FleetLoad {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int FIRST = 10;
    private static final Path MACHINE = Path.of("/proc/stat");
    private static final int TICKS_PER_SECOND = 100;

    /** Of its first line: user, nice, system, interrupts and what the machine's host took. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

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
            List<Long> firsts = new ArrayList<>();
            List<Long> others = new ArrayList<>();
            Duration serverBefore = cpu(process);
            Duration nodesBefore = cpu(ProcessHandle.current());
            for (int push = 1; push <= pushes; push++) {
                Duration othersBefore = cpuOfOthers(process);
                begin = System.nanoTime();
                input.change(push);
                fleet.await(expected + 1, PATIENCE);
                firsts.add(millis(begin));
                expected += nodes;
                fleet.await(expected, PATIENCE);
                took.add(millis(begin));
                others.add(cpuOfOthers(process).minus(othersBefore).toMillis());
            }
            System.out.printf(
                    "CPU per change: server %d ms, nodes %d ms%n",
                    cpu(process).minus(serverBefore).toMillis() / pushes,
                    cpu(ProcessHandle.current()).minus(nodesBefore).toMillis() / pushes);
            System.out.println("in their order: " + took);
            System.out.println("until the first node had it: " + firsts);
            System.out.println("CPU that other processes took meanwhile: " + others);
            int first = Math.min(FIRST, took.size() / 2);
            tell("the first " + first + " changes", took.subList(0, first));
            tell("from a change to the last answer", took.subList(first, took.size()));
            if (words.length > 6) {
                storm(process, fleet, input, pushes, names);
            }
        }
    }

    private static void tell(String what, List<Long> took) {
        List<Long> sorted = new ArrayList<>(took);
        Collections.sort(sorted);
        System.out.printf(
                "%s: median %d ms, p99 %d ms, most %d ms%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1),
                sorted.getLast());
    }

    private static void storm(
            ProcessHandle server,
            SimulatedNodes fleet,
            Input input,
            int content,
            List<String> names)
            throws IOException, InterruptedException {
        long before = fleet.received();
        int nodes = (int) (before / (names.size() + content));
        fleet.comeBackWith(versions(names, content));
        long begin = System.nanoTime();
        server.destroyForcibly();
        fleet.awaitBack(nodes, PATIENCE);
        System.out.printf("killed, started again; the last node is back: %d ms%n", millis(begin));
        input.change(content + 1);
        fleet.await(before + nodes, PATIENCE);
        System.out.printf(
                "all have a change made then: %d ms; sent though they had it: %d%n",
                millis(begin), fleet.received() - before - nodes);
    }

    private static Map<String, String> versions(List<String> names, int content) {
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            all.add(routes(i, i == 0 ? content : 0));
        }
        var everybody = new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);
        var packed = new Packer().pack(List.of(new GroupResources("all", everybody, all)));
        Map<String, String> versions = new LinkedHashMap<>();
        packed.getFirst().resources().forEach(one -> versions.put(one.name(), one.version()));
        return versions;
    }

    // As in the documents below.
    private static RouteConfiguration routes(int i, int content) {
        var body = DataSource.newBuilder().setInlineString("content " + content);
        var host = VirtualHost.newBuilder().setName("host-" + i);
        host.addDomains("host-" + i + ".example.org");
        host.addRoutes(
                Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setDirectResponse(
                                DirectResponseAction.newBuilder().setStatus(200).setBody(body)));
        return RouteConfiguration.newBuilder().setName("routes-" + i).addVirtualHosts(host).build();
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    // Who measures on a machine that others use has to know which changes they disturbed.
    private static Duration cpuOfOthers(ProcessHandle server) throws IOException {
        String[] ticks;
        try (Stream<String> lines = Files.lines(MACHINE)) {
            ticks = lines.findFirst().orElse("").split(" +", -1);
        }
        long all = 0;
        for (int column : BUSY) {
            all += ticks.length > column ? Long.parseLong(ticks[column]) : 0;
        }
        return Duration.ofMillis(all * 1000 / TICKS_PER_SECOND)
                .minus(cpu(server))
                .minus(cpu(ProcessHandle.current()));
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
