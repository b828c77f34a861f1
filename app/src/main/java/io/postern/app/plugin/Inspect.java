package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.OutputFormat;
import io.postern.app.cli.UsageException;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.xds.oci.ArtifactReader;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.disk.LayoutFolder;
import io.postern.xds.oci.disk.LayoutReference;
import io.postern.xds.oci.registry.Deadline;
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
    private static final String SCHEME = "oci://";

    /** What an artifact adds to its module's report. */
    private record Around(List<String> lines, Map<String, Object> fields, List<String> problems) {
        static final Around NOTHING = new Around(List.of(), Map.of(), List.of());
    }

    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        if (operands.isEmpty()) {
            throw new UsageException("plugin inspect: which FILE or oci://…?");
        }
        Trust trust = Trust.of(arguments);
        boolean usable = true;
        for (String name : operands) {
            ArtifactKind kind = ArtifactKind.of(arguments);
            if (name.startsWith(SCHEME)) {
                usable &= artifact(arguments, trust, name);
            } else if (name.startsWith(LayoutReference.SCHEME)) {
                usable &= layout(kind, name);
            } else {
                usable &= file(kind, name);
            }
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

    private boolean artifact(Arguments arguments, Trust trust, String name)
            throws IOException, InterruptedException {
        Reference reference = Reference.parse(name);
        ArtifactKind kind = ArtifactKind.of(arguments);
        Path directory = Files.createTempDirectory("postern-inspect");
        try (var registries = Registries.of(arguments, List.of(reference))) {
            return switch (registries.puller().pull(reference, kind.wanted(), directory)) {
                case PullResult.Failed failed -> broken(name, failed.failure().message());
                case PullResult.Done done -> {
                    Pulled pulled = done.pulled();
                    Trust.Verdict verdict = trust.of(pulled, registries.signatures());
                    var problems = new ArrayList<String>();
                    if (!verdict.usable()) {
                        problems.add(Trust.failure(verdict).message());
                    }
                    var around =
                            new Around(
                                    ArtifactText.fields(pulled, verdict),
                                    ArtifactJson.fields(pulled, verdict),
                                    problems);
                    yield content(kind, name, Files.readAllBytes(pulled.file()), around);
                }
            };
        } finally {
            Scratch.delete(directory);
        }
    }

    private boolean layout(ArtifactKind kind, String name)
            throws IOException, InterruptedException {
        Limits limits = Limits.ordinary();
        Path directory = Files.createTempDirectory("postern-inspect");
        try {
            LayoutReference reference = LayoutReference.parse(name);
            Unpacked unpacked =
                    new ArtifactReader(limits)
                            .read(
                                    new LayoutFolder(reference.folder(), limits),
                                    reference.target(),
                                    kind.wanted(),
                                    directory,
                                    Deadline.in(limits.total(), System::nanoTime));
            var around =
                    new Around(
                            ArtifactText.fields(unpacked),
                            ArtifactJson.fields(unpacked),
                            List.of());
            return content(kind, name, Files.readAllBytes(unpacked.file()), around);
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
