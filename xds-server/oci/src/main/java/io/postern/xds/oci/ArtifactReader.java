package io.postern.xds.oci;

import io.postern.xds.oci.layout.BundleExtraction;
import io.postern.xds.oci.layout.BundleLayer;
import io.postern.xds.oci.layout.Candidates;
import io.postern.xds.oci.layout.Extraction;
import io.postern.xds.oci.layout.Platforms;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.registry.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * From what a tag or digest stands for to a module on disk: choose the manifest, fetch the layer,
 * take the module out of it. Thread-safe: immutable; blocks: control threads only.
 */
public record ArtifactReader(Limits limits) {
    /** The manifest that an index leads to. */
    private record Chosen(Digest digest, Manifest.Artifact artifact) {}

    /**
     * Writes it into a new file in {@code directory}.
     *
     * @throws OciException at the first step that fails: then there is no file
     */
    public Unpacked read(
            ArtifactSource source, String target, Wanted wanted, Path directory, Deadline deadline)
            throws InterruptedException {
        ArtifactSource.Document top = source.manifest(target, deadline);
        Chosen chosen = artifact(source, top, deadline);
        Path layer = fresh(directory, "layer");
        Path module = fresh(directory, "module");
        boolean done = false;
        try {
            String layout = "";
            for (Descriptor candidate : candidates(wanted, chosen.artifact())) {
                source.blob(candidate, layer, deadline);
                Optional<String> found = take(wanted, layer, module, deadline);
                if (found.isPresent()) {
                    layout = candidate.mediaType() + " (" + found.get() + ")";
                    break;
                }
            }
            if (layout.isEmpty()) {
                throw nothing(wanted);
            }
            done = true;
            return new Unpacked(
                    top.digest(),
                    chosen.digest(),
                    chosen.artifact(),
                    Digest.of(module),
                    Files.size(module),
                    Text.shown(layout),
                    module);
        } catch (IOException e) {
            throw new OciException(Step.STORE, directory + ": " + e.getMessage(), "", e);
        } finally {
            delete(layer);
            if (!done) {
                delete(module);
            }
        }
    }

    private static List<Descriptor> candidates(Wanted wanted, Manifest.Artifact artifact) {
        return switch (wanted) {
            case MODULE -> Candidates.of(artifact);
            case BUNDLE -> List.of(BundleLayer.of(artifact));
        };
    }

    private static OciException nothing(Wanted wanted) {
        return switch (wanted) {
            case MODULE ->
                    new OciException(
                            Step.EXTRACT,
                            "no layer has a plugin.wasm in it",
                            "push one with a module");
            case BUNDLE ->
                    new OciException(
                            Step.EXTRACT,
                            "the layer is neither a bundle (tar.gz) nor a compiled policy",
                            "push the bundle.tar.gz of opa build -t wasm -e ENTRYPOINT");
        };
    }

    private Optional<String> take(Wanted wanted, Path layer, Path module, Deadline deadline) {
        return switch (wanted) {
            case MODULE -> new Extraction(limits, deadline::left).module(layer, module);
            case BUNDLE -> new BundleExtraction(limits, deadline::left).bundle(layer, module);
        };
    }

    private static Chosen artifact(
            ArtifactSource source, ArtifactSource.Document top, Deadline deadline)
            throws InterruptedException {
        return switch (top.manifest()) {
            case Manifest.Artifact artifact -> new Chosen(top.digest(), artifact);
            case Manifest.Index index -> {
                Digest digest = Platforms.choose(index).digest();
                var inner = source.manifest(digest.toString(), deadline);
                if (inner.manifest() instanceof Manifest.Artifact artifact) {
                    yield new Chosen(digest, artifact);
                }
                throw new OciException(
                        Step.MANIFEST, "the index leads to another index", "refer to a manifest");
            }
        };
    }

    private static Path fresh(Path directory, String what) {
        try {
            return Files.createTempFile(directory, what, ".part");
        } catch (IOException e) {
            throw new OciException(
                    Step.STORE,
                    directory + " cannot be written: " + e.getMessage(),
                    "free some space, or check who owns it",
                    e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // a leftover *.part: the store removes old ones
        }
    }
}
