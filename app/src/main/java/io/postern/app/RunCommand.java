package io.postern.app;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code postern run -c FILE}: a gateway, with Envoy's flags. */
@Command(
        name = "run",
        description = "Runs a gateway on an Envoy configuration; takes Envoy's flags.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin EnvoyFlags flags = new EnvoyFlags();

    @Override
    public Integer call() throws InterruptedException {
        if (flags.configPath == null && flags.configYaml == null) {
            spec.commandLine().getErr().println("postern run: give a configuration: -c FILE");
            return 2;
        }
        LoadResult result =
                new ConfigFile(System.getenv()).load(flags.configPath, flags.configYaml);
        String name = flags.configPath == null ? "--config-yaml" : flags.configPath.toString();
        if (result instanceof LoadResult.Broken || flags.mode == EnvoyFlags.Mode.VALIDATE) {
            var out =
                    result instanceof LoadResult.Broken
                            ? spec.commandLine().getErr()
                            : spec.commandLine().getOut();
            Report.text(name, result).forEach(out::println);
        }
        return switch (result) {
            case LoadResult.Broken _ -> 1;
            case LoadResult.Loaded(Bootstrap bootstrap, var warnings) -> {
                if (flags.mode == EnvoyFlags.Mode.VALIDATE) {
                    yield 0;
                }
                Log log = new Log(logStream(), flags.logLevel);
                flags.ignored().forEach(text -> log.info("main", text));
                Report.warnings(warnings).forEach(text -> log.warn("config", text));
                yield serve(withNode(bootstrap), log);
            }
        };
    }

    private int serve(Bootstrap bootstrap, Log log) throws InterruptedException {
        var process = GatewayProcess.start(bootstrap, flags.workers(), flags.drain(), log);
        process.writeAdminAddress(flags.adminAddressPath);
        if (flags.mode == EnvoyFlags.Mode.INIT_ONLY) {
            process.stop();
            return 0;
        }
        process.awaitStopped();
        return 0;
    }

    private Bootstrap withNode(Bootstrap bootstrap) {
        Bootstrap.Node node = bootstrap.node();
        var changed =
                new Bootstrap.Node(
                        or(flags.serviceNode, node.id()),
                        or(flags.serviceCluster, node.cluster()),
                        node.region(),
                        or(flags.serviceZone, node.zone()),
                        node.subZone());
        return new Bootstrap(
                changed, bootstrap.admin(), bootstrap.listeners(), bootstrap.clusters());
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    private PrintStream logStream() {
        if (flags.logPath == null) {
            return System.err;
        }
        try {
            var file =
                    Files.newOutputStream(
                            flags.logPath, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new PrintStream(file, true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "--log-path " + flags.logPath + ": " + e.getMessage(), e);
        }
    }
}
