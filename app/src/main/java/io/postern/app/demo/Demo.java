package io.postern.app.demo;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.app.controlplane.AllInOne;
import io.postern.xds.server.admin.AdminServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The demo: two services, a gateway and its management server, which follows a copy of {@code
 * config/examples/demo} with its plugins in an OCI layout. Control thread.
 *
 * <p>The gateway answers before the management server has read anything, with what it served the
 * last time.
 */
final class Demo implements AutoCloseable {
    private static final Path EXAMPLES = Path.of("config", "examples", "demo");
    private static final int WORKERS = 2;

    private final Ports ports;
    private final List<DemoUpstream> upstreams;
    private final Path folder;
    private final AllInOne all;
    private @Nullable AdminServer ctl;

    /**
     * On 127.0.0.1.
     *
     * @param gateway not 0: documents have to say it
     * @param admin for Envoy's admin API; 0: the system chooses, as for those behind it
     * @param ctl for {@code postern ctl}
     */
    record Ports(int gateway, int admin, int ctl, int orders, int catalog) {
        /** Those of {@code postern demo}. */
        static final Ports USUAL = new Ports(10_000, 9901, 18_001, 10_001, 10_002);

        /** What the system chooses, and this one. */
        static Ports withGateway(int gateway) {
            return new Ports(gateway, 0, 0, 0, 0);
        }
    }

    private Demo(Ports ports, List<DemoUpstream> upstreams, Path folder, AllInOne all) {
        this.ports = ports;
        this.upstreams = upstreams;
        this.folder = folder;
        this.all = all;
    }

    /**
     * Starts the gateway, and everything behind it.
     *
     * @param folder empty, for the copy and for what the management server has to remember
     */
    static Demo start(Path folder, Ports ports, Preload preload, Log log)
            throws IOException, InterruptedException {
        var upstreams =
                List.of(
                        new DemoUpstream("orders", ports.orders()),
                        new DemoUpstream("catalog", ports.catalog()));
        String node = "demo-" + ports.gateway();
        var all = AllInOne.ofLastGood(node, local(ports.admin()), WORKERS, preload, log);
        return new Demo(ports, upstreams, folder, all);
    }

    /**
     * Starts the management server.
     *
     * @param root of the checkout
     */
    void follow(Path root) throws IOException {
        copy(root.resolve(EXAMPLES), documents());
        Path gateway = documents().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replace("port: 10000", "port: " + ports.gateway())
                        .replace("port: 10001", "port: " + upstreams.getFirst().port())
                        .replace("port: 10002", "port: " + upstreams.getLast().port()));
        all.follow(documents(), folder.resolve("state"));
        ctl = all.answerCtl(local(ports.ctl()));
    }

    /** Its plugins and policies: they will be needed whatever documents say of them. */
    static List<Path> code(Path root) throws IOException {
        try (Stream<Path> files =
                Files.list(root.resolve(EXAMPLES).resolve("plugins/blobs/sha256"))) {
            return files.toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The copy, which is there to be edited. */
    Path documents() {
        return folder.resolve("documents");
    }

    int port() {
        return ports.gateway();
    }

    /** Where its admin server listens, as a URL. */
    String admin() {
        return "http://" + gateway().adminAddress();
    }

    /** What can be tried, with lines that work as they are. */
    String whatToTry() {
        String gateway = "http://127.0.0.1:" + port();
        var text = new StringBuilder("\nPostern listens on ").append(gateway);
        text.append(", its admin server on ").append(admin());
        text.append(".\nIt serves the documents in ").append(documents()).append(".\n\n");
        DemoStep.all().forEach(step -> step.tell(gateway, text));
        for (DemoEdit edit : DemoEdit.all()) {
            text.append(edit.title()).append("\n  ").append(edit.shell(documents()));
            text.append("\n  ").append(edit.request().curl(gateway)).append('\n');
        }
        text.append("What the gateway knows:\n");
        for (String page : List.of("/stats?filter=demo", "/clusters", "/config_dump")) {
            text.append("  curl ").append(admin()).append(page).append('\n');
        }
        text.append("What its management server knows:\n");
        for (String question : List.of("status", "nodes", "history", "rollback 1")) {
            text.append("  bin/postern ctl ").append(question).append('\n');
        }
        return text.append("\nCtrl-C drains and stops.\n").toString();
    }

    GatewayProcess gateway() {
        return all.gateway();
    }

    @Override
    public void close() throws IOException {
        if (ctl != null) {
            ctl.close();
        }
        all.close();
        upstreams.forEach(DemoUpstream::close);
    }
}
