package io.postern.app;

import io.postern.app.demo.DemoCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code postern} command. */
@Command(
        name = "postern",
        description = "An Envoy-compatible API gateway with WASM filters.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {RunCommand.class, ValidateCommand.class, DemoCommand.class})
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its status: 0 well, 1 failed, 2 not understood. */
    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status =
                new CommandLine(new Main())
                        .setOut(out)
                        .setErr(err)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler((failure, command, _) -> {
                            command.getErr().println("postern: " + failure.getMessage());
                            return 1;
                        })
                        .execute(args);
        System.exit(status);
    }
}
