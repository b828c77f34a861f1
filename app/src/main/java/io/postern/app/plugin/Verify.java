package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.OciException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code postern plugin verify oci://… --key FILE}: whether it is whole and signed. */
record Verify(PrintWriter out) {
    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        PluginCommand.only(
                operands,
                1,
                "verify oci://HOST/REPOSITORY[:TAG][@DIGEST]|oci-layout://… --key FILE");
        if (Trust.of(arguments).signers().isEmpty()) {
            throw new UsageException(
                    "plugin verify: whose signature? (expected: --key FILE, or --certificate-identity)");
        }
        String reference = operands.getFirst();
        Path directory = Files.createTempDirectory("postern-verify");
        try {
            return told(Examined.of(arguments, reference, directory));
        } catch (OciException e) {
            out.println("ERROR " + reference + ": " + e.failure().message());
            return 1;
        } finally {
            Scratch.delete(directory);
        }
    }

    private int told(Examined found) {
        ArtifactText.lines(found).forEach(out::println);
        boolean good = found.verdict().usable();
        out.println(
                (good ? "OK " : "ERROR ")
                        + found.reference()
                        + (good ? "" : ": " + Trust.failure(found.verdict()).message()));
        return good ? 0 : 1;
    }
}
