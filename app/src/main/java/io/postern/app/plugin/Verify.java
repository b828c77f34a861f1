package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code postern plugin verify oci://… --key FILE}: whether it is whole and signed. */
record Verify(PrintWriter out) {
    int run(Arguments arguments, List<String> operands) throws IOException, InterruptedException {
        PluginCommand.only(operands, 1, "verify oci://HOST/REPOSITORY[:TAG][@DIGEST] --key FILE");
        Reference reference = Reference.parse(operands.getFirst());
        Trust trust = Trust.of(arguments);
        ArtifactKind kind = ArtifactKind.of(arguments);
        if (trust.signers().isEmpty()) {
            throw new UsageException(
                    "plugin verify: whose signature? (expected: --key FILE, or --certificate-identity)");
        }
        Path directory = Files.createTempDirectory("postern-verify");
        try (var registries = Registries.of(arguments, List.of(reference))) {
            return switch (registries.puller().pull(reference, kind.wanted(), directory)) {
                case PullResult.Failed failed -> {
                    out.println("ERROR " + reference + ": " + failed.failure().message());
                    yield 1;
                }
                case PullResult.Done done ->
                        told(done.pulled(), trust.of(done.pulled(), registries.signatures()));
            };
        } finally {
            Scratch.delete(directory);
        }
    }

    private int told(Pulled pulled, Trust.Verdict verdict) {
        ArtifactText.lines(pulled, verdict).forEach(out::println);
        boolean good = verdict.usable();
        out.println(
                (good ? "OK " : "ERROR ")
                        + pulled.reference()
                        + (good ? "" : ": " + Trust.failure(verdict).message()));
        return good ? 0 : 1;
    }
}
