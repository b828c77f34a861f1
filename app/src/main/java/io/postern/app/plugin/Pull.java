package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.disk.LayoutReference;
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
        PluginCommand.only(
                operands, 1, "pull oci://HOST/REPOSITORY[:TAG][@DIGEST]|oci-layout://FOLDER[:TAG]");
        String reference = operands.getFirst();
        Path target = target(arguments, reference).toAbsolutePath();
        // beside its target, so that what is there is replaced at once or not at all
        Path directory = Files.createTempDirectory(target.getParent(), ".postern-pull");
        try {
            return keep(Examined.of(arguments, reference, directory), target);
        } catch (OciException e) {
            return refused(reference, e.failure());
        } finally {
            Scratch.delete(directory);
        }
    }

    private int keep(Examined found, Path target) throws IOException {
        ArtifactText.lines(found).forEach(out::println);
        if (!found.verdict().usable()) {
            return refused(found.reference(), Trust.failure(found.verdict()));
        }
        Files.move(found.unpacked().file(), target, StandardCopyOption.ATOMIC_MOVE);
        out.println("OK " + target);
        return 0;
    }

    private int refused(String reference, OciFailure failure) {
        out.println("ERROR " + reference + ": " + failure.message());
        return 1;
    }

    private static Path target(Arguments arguments, String reference) {
        Path told = arguments.path(OUTPUT);
        return told == null ? Path.of(name(reference) + ArtifactKind.of(arguments).suffix()) : told;
    }

    /** What it is called where it is: its repository's last word, or its folder. */
    private static String name(String reference) {
        if (reference.startsWith(LayoutReference.SCHEME)) {
            Path folder = LayoutReference.parse(reference).folder().toAbsolutePath().normalize();
            return String.valueOf(folder.getFileName());
        }
        String repository = Reference.parse(reference).repository();
        return repository.substring(repository.lastIndexOf('/') + 1);
    }
}
