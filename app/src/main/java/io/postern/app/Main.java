package io.postern.app;

import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.app.controlplane.ControlPlaneCommand;
import io.postern.app.controlplane.CtlCommand;
import io.postern.app.controlplane.ServeCommand;
import io.postern.app.demo.DemoCommand;
import io.postern.app.plugin.PluginCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code postern} command. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its status: 0 well, 1 failed, 2 not understood. */
    public static void main(String[] args) throws InterruptedException {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var program =
                new Program(
                        "postern",
                        "An Envoy-compatible API gateway with WASM filters.",
                        Version::line,
                        commands());
        System.exit(program.run(List.of(args), out, err));
    }

    /** What it can do. */
    static List<Command> commands() {
        return List.of(
                new RunCommand(),
                new ValidateCommand(),
                new PluginCommand(),
                new DemoCommand(),
                new ControlPlaneCommand(),
                new CtlCommand(),
                new ServeCommand());
    }
}
