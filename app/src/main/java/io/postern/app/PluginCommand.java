package io.postern.app;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code postern plugin inspect FILE…}: what a module is; status 1 when one cannot be used. */
final class PluginCommand implements Command {
    @Override
    public String name() {
        return "plugin";
    }

    @Override
    public String summary() {
        return "Says what a WASM plugin is, needs, and whether it can be used.";
    }

    @Override
    public String operands() {
        return "inspect FILE…";
    }

    @Override
    public List<Flag> flags() {
        return List.of(OutputFormat.FLAG);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err) throws IOException {
        List<String> operands = arguments.operands();
        if (operands.isEmpty() || !operands.getFirst().equals("inspect")) {
            throw new UsageException("plugin: what? (expected: inspect FILE)");
        }
        if (operands.size() == 1) {
            throw new UsageException("plugin inspect: which FILE?");
        }
        OutputFormat format = OutputFormat.of(arguments);
        boolean usable = true;
        for (String file : operands.subList(1, operands.size())) {
            usable &= inspect(file, format, out);
        }
        return usable ? 0 : 1;
    }

    private static boolean inspect(String file, OutputFormat format, PrintWriter out)
            throws IOException {
        try {
            PluginReport report = PluginReport.of(Files.readAllBytes(Path.of(file)));
            switch (format) {
                case TEXT -> PluginText.lines(file, report).forEach(out::println);
                case JSON -> out.println(PluginJson.of(file, report));
            }
            return report.problems().isEmpty();
        } catch (ModuleException e) {
            String reason = String.valueOf(e.getMessage());
            switch (format) {
                case TEXT -> out.println("ERROR " + file + ": " + reason);
                case JSON -> out.println(PluginJson.broken(file, reason));
            }
            return false;
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + file, e);
        }
    }
}
