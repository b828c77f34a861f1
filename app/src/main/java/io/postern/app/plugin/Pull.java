package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** {@code postern plugin pull oci://…}: the module, checked, into a file. */
record Pull(PrintWriter out) {
    private static final Flag OUTPUT =
            Flag.valued(
                    "FILE",
                    "Where it goes (default: the repository's name, with .wasm or .tar.gz).",
                    "-o",
                    "--output");

    static final List<Flag> FLAGS = List.of(OUTPUT);

    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        PluginCommand.only(operands, 1, "pull oci://HOST/REPOSITORY[:TAG][@DIGEST]");
        Reference reference = Reference.parse(operands.getFirst());
        Trust trust = Trust.of(arguments);
        ArtifactKind kind = ArtifactKind.of(arguments);
        Path target = target(arguments, reference, kind).toAbsolutePath();
        // beside its target, so that what is there is replaced at once or not at all
        Path directory = Files.createTempDirectory(target.getParent(), ".postern-pull");
        try (var registries = Registries.of(arguments, List.of(reference))) {
            return switch (registries.puller().pull(reference, kind.wanted(), directory)) {
                case PullResult.Failed failed -> refused(reference, failed.failure());
                case PullResult.Done done ->
                        keep(
                                done.pulled(),
                                trust.of(done.pulled(), registries.signatures()),
                                target);
            };
        } finally {
            Scratch.delete(directory);
        }
    }

    private int keep(Pulled pulled, Trust.Verdict verdict, Path target) throws IOException {
        ArtifactText.lines(pulled, verdict).forEach(out::println);
        if (!verdict.usable()) {
            return refused(pulled.reference(), Trust.failure(verdict));
        }
        Files.move(pulled.file(), target, StandardCopyOption.ATOMIC_MOVE);
        out.println("OK " + target);
        return 0;
    }

    private int refused(Reference reference, OciFailure failure) {
        out.println("ERROR " + reference + ": " + failure.message());
        return 1;
    }

    private static Path target(Arguments arguments, Reference reference, ArtifactKind kind) {
        Path told = arguments.path(OUTPUT);
        String repository = reference.repository();
        return told == null
                ? Path.of(repository.substring(repository.lastIndexOf('/') + 1) + kind.suffix())
                : told;
    }
}
