package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.xds.oci.ArtifactReader;
import io.postern.xds.oci.DocumentTrust.Search;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.cosign.SignatureSearch;
import io.postern.xds.oci.disk.LayoutFolder;
import io.postern.xds.oci.disk.LayoutReference;
import io.postern.xds.oci.registry.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An artifact that a command names, out of a registry or of a layout, and who vouches for it.
 *
 * @param reference with its digest
 * @param from who had it: a registry, its mirror, a folder
 * @param mirrored whether that is not who the reference names
 */
record Examined(
        String reference, Unpacked unpacked, String from, boolean mirrored, Trust.Verdict verdict) {
    /** Whether {@code name} names one. */
    static boolean isOne(String name) {
        return name.startsWith(Reference.SCHEME) || name.startsWith(LayoutReference.SCHEME);
    }

    /**
     * Fetches it into {@code directory}.
     *
     * @throws OciException when there is no such thing, or it is not what it should be
     */
    static Examined of(Arguments arguments, String name, Path directory)
            throws IOException, InterruptedException {
        Trust trust = Trust.of(arguments);
        ArtifactKind kind = ArtifactKind.of(arguments);
        return name.startsWith(LayoutReference.SCHEME)
                ? inLayout(LayoutReference.parse(name), kind, trust, directory)
                : inRegistry(arguments, Reference.parse(name), kind, trust, directory);
    }

    private static Examined inLayout(
            LayoutReference reference, ArtifactKind kind, Trust trust, Path directory)
            throws InterruptedException {
        Limits limits = Limits.ordinary();
        Deadline deadline = Deadline.in(limits.total(), System::nanoTime);
        var layout = new LayoutFolder(reference.folder(), limits);
        Unpacked unpacked =
                new ArtifactReader(limits)
                        .read(layout, reference.target(), kind.wanted(), directory, deadline);
        var search = new SignatureSearch(layout, deadline);
        return new Examined(
                reference.at(unpacked.root()).toString(),
                unpacked,
                reference.folder().toString(),
                false,
                trust.of(signers -> search.of(unpacked.subjects(), signers)));
    }

    private static Examined inRegistry(
            Arguments arguments,
            Reference reference,
            ArtifactKind kind,
            Trust trust,
            Path directory)
            throws InterruptedException {
        try (var registries = Registries.of(arguments, List.of(reference))) {
            return switch (registries.puller().pull(reference, kind.wanted(), directory)) {
                case PullResult.Failed failed -> throw new OciException(failed.failure());
                case PullResult.Done(Pulled pulled) -> {
                    Search search = signers -> registries.signatures().of(pulled, signers);
                    yield new Examined(
                            pulled.reference().toString(),
                            pulled.unpacked(),
                            pulled.endpoint(),
                            !pulled.endpoint().equals(reference.registry()),
                            trust.of(search));
                }
            };
        }
    }
}
