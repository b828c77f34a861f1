package io.postern.app.demo;

import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.source.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code postern demo}: two upstreams and a gateway in one process, and what to try. */
public final class DemoCommand implements Command {
    private static final Path FILE = Path.of("config", "examples", "demo.yaml");
    private static final int ORDERS_PORT = 10001;
    private static final int CATALOG_PORT = 10002;
    private static final int GATEWAY_PORT = 10000;
    private static final int ADMIN_PORT = 9901;
    private static final int REHEARSAL_ROUNDS = 40;
    // not in the help: bin/postern calls it once to prepare fast starts
    private static final Flag REHEARSE = Flag.toggle("", "--rehearse");
    private static final Flag SERVE =
            Flag.toggle("With a control plane: follows documents that can be edited.", "--serve");

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "Runs a gateway with plugins, a policy and two upstreams, and says what to try.";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Flag> flags() {
        return List.of(SERVE, REHEARSE);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        if (arguments.has(SERVE)) {
            return serve(out);
        }
        var preload = Preload.start(FILE);
        if (arguments.has(REHEARSE)) {
            return rehearse(err, preload);
        }
        return switch (new ConfigFile(System.getenv()).load(FILE)) {
            case LoadResult.Broken broken -> complain(broken, err);
            case LoadResult.Loaded config -> {
                var log = new Log(System.err, Log.Level.INFO);
                var upstreams = Demo.upstreams(ORDERS_PORT, CATALOG_PORT);
                try (var demo = Demo.start(config, upstreams, log, preload)) {
                    out.print(demo.whatToTry());
                    out.flush();
                    demo.process().awaitStopped();
                }
                yield 0;
            }
        };
    }

    private static int serve(PrintWriter out) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-demo");
        var log = new Log(System.err, Log.Level.INFO);
        var upstreams = Demo.upstreams(ORDERS_PORT, CATALOG_PORT);
        try (var demo = ServedDemo.start(Path.of(""), folder, upstreams, GATEWAY_PORT, log)) {
            out.print(demo.whatToTry());
            out.flush();
            demo.all().awaitStopped();
        } finally {
            delete(folder);
        }
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int rehearse(PrintWriter err, Preload preload) throws IOException {
        var upstreams = Demo.upstreams(0, 0);
        return switch (onFreePorts(Path.of(""), upstreams)) {
            case LoadResult.Broken broken -> complain(broken, err);
            case LoadResult.Loaded config -> {
                var log = new Log(System.err, Log.Level.OFF);
                try (var demo = Demo.start(config, upstreams, log, preload)) {
                    demo.whatToTry();
                    new Rehearsal(demo, REHEARSAL_ROUNDS).run();
                }
                yield 0;
            }
        };
    }

    /**
     * The demo's configuration on ports that the system chooses; files are found in {@code root}.
     */
    static LoadResult onFreePorts(Path root, List<DemoUpstream> upstreams) throws IOException {
        String yaml =
                Files.readString(root.resolve(FILE))
                        .replace(
                                "filename: ",
                                "filename: " + (root.toString().isEmpty() ? "" : root + "/"))
                        .replace(port(GATEWAY_PORT), port(0))
                        .replace(port(ADMIN_PORT), port(0))
                        .replace(port(ORDERS_PORT), port(upstreams.getFirst().port()))
                        .replace(port(CATALOG_PORT), port(upstreams.getLast().port()));
        return new ConfigFile(System.getenv()).loadYaml(FILE.toString(), yaml);
    }

    private static String port(int number) {
        return "port_value: " + number + "}";
    }

    private static int complain(LoadResult.Broken broken, PrintWriter err) {
        Report.text(FILE.toString(), broken).forEach(err::println);
        return 1;
    }
}
