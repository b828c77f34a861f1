package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.OutputFormat;
import io.postern.app.cli.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code postern plugin inspect|pull|push|verify}: what a module is, and its way from and to a
 * registry; status 1 when one cannot be used.
 */
public final class PluginCommand implements Command {
    private static final String EXPECTED = "inspect, pull, push or verify";

    @Override
    public String name() {
        return "plugin";
    }

    @Override
    public String summary() {
        return "Says what a WASM plugin is and needs; pulls, pushes and verifies it.";
    }

    @Override
    public String operands() {
        return "inspect FILE|oci://…|oci-layout://…; pull|verify oci://…|oci-layout://…; push FILE oci://…|oci-layout://…";
    }

    @Override
    public List<Flag> flags() {
        var flags = new ArrayList<Flag>();
        flags.add(OutputFormat.FLAG);
        flags.add(ArtifactKind.FLAG);
        flags.addAll(Registries.FLAGS);
        flags.addAll(Trust.FLAGS);
        flags.addAll(Pull.FLAGS);
        flags.addAll(Push.FLAGS);
        return flags;
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        List<String> operands = arguments.operands();
        if (operands.isEmpty()) {
            throw new UsageException("plugin: what? (expected: " + EXPECTED + ")");
        }
        List<String> rest = operands.subList(1, operands.size());
        OutputFormat format = OutputFormat.of(arguments);
        return switch (operands.getFirst()) {
            case "inspect" -> new Inspect(format, out).run(arguments, rest);
            case "pull" -> new Pull(out).run(arguments, rest);
            case "push" -> new Push(out).run(arguments, rest);
            case "verify" -> new Verify(out).run(arguments, rest);
            default ->
                    throw new UsageException(
                            "plugin: '" + operands.getFirst() + "' (expected: " + EXPECTED + ")");
        };
    }

    static void only(List<String> operands, int count, String expected) {
        if (operands.size() != count) {
            throw new UsageException("plugin: expected: " + expected);
        }
    }
}
