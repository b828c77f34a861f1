package io.postern.app;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.Report;
import io.postern.sdk.SpanSink;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code postern run -c FILE}: a gateway, with Envoy's flags. */
final class RunCommand implements Command {
    @Override
    public String name() {
        return "run";
    }

    @Override
    public String summary() {
        return "Runs a gateway on an Envoy configuration; takes Envoy's flags.";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Flag> flags() {
        return EnvoyFlags.all();
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        var flags = new EnvoyFlags(arguments);
        Path file = flags.configPath();
        if (file == null && flags.configYaml() == null) {
            throw new UsageException("run: give a configuration: -c FILE");
        }
        var mode = flags.mode();
        var preload = mode == EnvoyFlags.Mode.VALIDATE ? Preload.none() : Preload.start(file);
        LoadResult result = new ConfigFile(System.getenv()).load(file, flags.configYaml());
        boolean broken = result instanceof LoadResult.Broken;
        if (broken || mode == EnvoyFlags.Mode.VALIDATE) {
            String name = file == null ? "--config-yaml" : file.toString();
            Report.text(name, result).forEach((broken ? err : out)::println);
        }
        return switch (result) {
            case LoadResult.Broken _ -> 1;
            case LoadResult.Loaded _ when mode == EnvoyFlags.Mode.VALIDATE -> 0;
            case LoadResult.Loaded loaded -> {
                Log log = new Log(logStream(flags.logPath()), flags.logLevel());
                Log.Level ofPlugins = flags.pluginLogLevel();
                if (ofPlugins != null) {
                    log.pluginLevel(ofPlugins);
                }
                flags.ignored().forEach(text -> log.info("main", text));
                Report.warnings(loaded.warnings()).forEach(text -> log.warn("config", text));
                yield serve(loaded.with(withNode(loaded.bootstrap(), flags)), flags, log, preload);
            }
        };
    }

    private static int serve(LoadResult.Loaded config, EnvoyFlags flags, Log log, Preload preload)
            throws IOException, InterruptedException {
        Path spans = flags.spanPath();
        if (spans == null) {
            return serve(config, flags, log, new SpanLog(log), preload);
        }
        try (var file = SpanFile.open(spans, log)) {
            return serve(config, flags, log, file, preload);
        }
    }

    private static int serve(
            LoadResult.Loaded config, EnvoyFlags flags, Log log, SpanSink spans, Preload preload)
            throws InterruptedException {
        var succession =
                flags.mode() == EnvoyFlags.Mode.INIT_ONLY ? Succession.NONE : Succession.of(flags);
        var around = new Assembly.Surroundings(spans, preload.engine(), null, succession);
        var process = GatewayProcess.start(config, flags.workers(), flags.drain(), log, around);
        process.writeAdminAddress(flags.adminAddressPath());
        if (flags.mode() == EnvoyFlags.Mode.INIT_ONLY) {
            process.stop();
            return 0;
        }
        process.warmUp();
        process.awaitStopped();
        return 0;
    }

    private static Bootstrap withNode(Bootstrap bootstrap, EnvoyFlags flags) {
        Bootstrap.Node node = bootstrap.node();
        var changed =
                new Bootstrap.Node(
                        or(flags.serviceNode(), node.id()),
                        or(flags.serviceCluster(), node.cluster()),
                        node.region(),
                        or(flags.serviceZone(), node.zone()),
                        node.subZone(),
                        node.metadata(),
                        node.message());
        return new Bootstrap(
                changed,
                bootstrap.admin(),
                bootstrap.listeners(),
                bootstrap.clusters(),
                bootstrap.services(),
                bootstrap.dynamic(),
                bootstrap.overload(),
                bootstrap.localCluster());
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    private static PrintStream logStream(@Nullable Path path) throws IOException {
        if (path == null) {
            return System.err;
        }
        try {
            var file =
                    Files.newOutputStream(
                            path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new PrintStream(file, true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("--log-path " + path + ": " + e.getMessage(), e);
        }
    }
}
