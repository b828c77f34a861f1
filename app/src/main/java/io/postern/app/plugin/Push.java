package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.oci.push.Pusher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code postern plugin push FILE oci://…}: what cannot be used is not pushed. */
record Push(PrintWriter out) {
    private static final Flag LAYOUT =
            Flag.valued("LAYOUT", "artifact, image or cncf (default: artifact).", "--layout");
    private static final Flag ANNOTATION =
            Flag.valued("NAME=VALUE", "Of the manifest. May be repeated.", "--annotation");
    private static final Flag FORCE =
            Flag.toggle("Pushes a module even if Postern could not use it.", "--force");

    static final List<Flag> FLAGS = List.of(LAYOUT, ANNOTATION, FORCE);

    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        PluginCommand.only(operands, 2, "push FILE oci://HOST/REPOSITORY:TAG");
        String file = operands.getFirst();
        Reference reference = Reference.parse(operands.getLast());
        byte[] module = read(file);
        List<String> problems = problems(module);
        if (!problems.isEmpty() && !arguments.has(FORCE)) {
            problems.forEach(problem -> out.println("ERROR " + file + ": " + problem));
            return 1;
        }
        var layout = arguments.choice(LAYOUT, ArtifactLayout.ARTIFACT);
        Artifact artifact = Artifact.of(module, layout, annotations(arguments));
        try (var registries = Registries.of(arguments, List.of(reference))) {
            return switch (registries.pusher().push(reference, artifact)) {
                case Pusher.Result.Done done -> {
                    out.println("OK " + done.reference());
                    yield 0;
                }
                case Pusher.Result.Failed failed -> {
                    out.println("ERROR " + reference + ": " + failed.failure().message());
                    yield 1;
                }
            };
        }
    }

    private static byte[] read(String file) throws IOException {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + file, e);
        }
    }

    private static List<String> problems(byte[] module) {
        try {
            return PluginReport.of(module).problems();
        } catch (ModuleException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> annotations(Arguments arguments) {
        var annotations = new TreeMap<String, String>();
        for (String one : arguments.all(ANNOTATION)) {
            int equals = one.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("--annotation: '" + one + "' (expected: NAME=VALUE)");
            }
            annotations.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return annotations;
    }
}
