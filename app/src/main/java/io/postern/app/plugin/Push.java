package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.disk.LayoutReference;
import io.postern.xds.oci.disk.LayoutWriter;
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

/** {@code postern plugin push FILE oci://…|oci-layout://…}: what cannot be used is not pushed. */
record Push(PrintWriter out) {
    private static final Flag LAYOUT =
            Flag.valued("LAYOUT", "artifact, image or cncf (default: artifact).", "--layout");
    private static final Flag ANNOTATION =
            Flag.valued("NAME=VALUE", "Of the manifest. May be repeated.", "--annotation");
    private static final Flag FORCE =
            Flag.toggle("Pushes it even if Postern could not use it.", "--force");

    static final List<Flag> FLAGS = List.of(LAYOUT, ANNOTATION, FORCE);

    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        PluginCommand.only(
                operands, 2, "push FILE oci://HOST/REPOSITORY:TAG|oci-layout://FOLDER:TAG");
        String file = operands.getFirst();
        String target = operands.getLast();
        byte[] content = read(file);
        ArtifactKind kind = ArtifactKind.of(arguments);
        List<String> problems = kind.problems(content);
        if (!problems.isEmpty() && !arguments.has(FORCE)) {
            problems.forEach(problem -> out.println("ERROR " + file + ": " + problem));
            return 1;
        }
        Artifact artifact = artifact(kind, content, arguments);
        return target.startsWith(LayoutReference.SCHEME)
                ? toLayout(LayoutReference.parse(target), artifact)
                : toRegistry(Reference.parse(target), artifact, arguments);
    }

    private int toLayout(LayoutReference reference, Artifact artifact) {
        out.println("OK " + LayoutWriter.write(reference, artifact));
        return 0;
    }

    private int toRegistry(Reference reference, Artifact artifact, Arguments arguments)
            throws InterruptedException {
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

    private static Artifact artifact(ArtifactKind kind, byte[] content, Arguments arguments) {
        return switch (kind) {
            case PLUGIN -> {
                var layout = arguments.choice(LAYOUT, ArtifactLayout.ARTIFACT);
                yield Artifact.of(content, layout, annotations(arguments));
            }
            case POLICY -> {
                if (arguments.get(LAYOUT) != null) {
                    throw new UsageException("--layout: of plugins (expected: not with --policy)");
                }
                yield Artifact.ofPolicy(content, annotations(arguments));
            }
        };
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
