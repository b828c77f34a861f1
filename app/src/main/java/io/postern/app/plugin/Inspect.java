package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.OutputFormat;
import io.postern.app.cli.UsageException;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.xds.oci.OciException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code postern plugin inspect FILE|oci://…|oci-layout://…}: what a module is, and what is around
 * it.
 */
record Inspect(OutputFormat format, PrintWriter out) {
    /** What an artifact adds to its module's report. */
    private record Around(List<String> lines, Map<String, Object> fields, List<String> problems) {
        static final Around NOTHING = new Around(List.of(), Map.of(), List.of());
    }

    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        if (operands.isEmpty()) {
            throw new UsageException("plugin inspect: which FILE or oci://…?");
        }
        boolean usable = true;
        for (String name : operands) {
            usable &=
                    Examined.isOne(name)
                            ? artifact(arguments, name)
                            : file(ArtifactKind.of(arguments), name);
        }
        return usable ? 0 : 1;
    }

    private boolean file(ArtifactKind kind, String file) throws IOException {
        try {
            return content(kind, file, Files.readAllBytes(Path.of(file)), Around.NOTHING);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + file, e);
        }
    }

    private boolean artifact(Arguments arguments, String name)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("postern-inspect");
        try {
            Examined found = Examined.of(arguments, name, directory);
            Trust.Verdict verdict = found.verdict();
            var around =
                    new Around(
                            ArtifactText.fields(found),
                            ArtifactJson.fields(found),
                            verdict.usable()
                                    ? List.of()
                                    : List.of(Trust.failure(verdict).message()));
            byte[] octets = Files.readAllBytes(found.unpacked().file());
            return content(ArtifactKind.of(arguments), name, octets, around);
        } catch (OciException e) {
            return broken(name, e.failure().message());
        } finally {
            Scratch.delete(directory);
        }
    }

    private boolean content(ArtifactKind kind, String name, byte[] octets, Around around) {
        return switch (kind) {
            case PLUGIN -> module(name, octets, around);
            case POLICY -> policy(name, octets, around);
        };
    }

    private boolean module(String name, byte[] octets, Around around) {
        try {
            PluginReport report = PluginReport.of(octets);
            var problems = new ArrayList<>(around.problems());
            problems.addAll(report.problems());
            switch (format) {
                case TEXT ->
                        PluginText.lines(name, report, around.lines(), problems)
                                .forEach(out::println);
                case JSON -> out.println(PluginJson.of(name, report, around.fields(), problems));
            }
            return problems.isEmpty();
        } catch (ModuleException e) {
            return broken(name, String.valueOf(e.getMessage()));
        }
    }

    private boolean policy(String name, byte[] octets, Around around) {
        try {
            PolicyText report = PolicyText.of(octets);
            out.println(
                    switch (format) {
                        case TEXT -> report.lines(name, around.lines(), around.problems());
                        case JSON -> report.json(name, around.fields(), around.problems());
                    });
            return around.problems().isEmpty();
        } catch (IllegalArgumentException e) {
            return broken(name, String.valueOf(e.getMessage()));
        }
    }

    private boolean broken(String name, String reason) {
        switch (format) {
            case TEXT -> out.println("ERROR " + name + ": " + reason);
            case JSON -> out.println(PluginJson.broken(name, reason));
        }
        return false;
    }
}
