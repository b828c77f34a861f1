package io.postern.xds.oci;

import io.postern.xds.oci.layout.BundleExtraction;
import io.postern.xds.oci.layout.BundleLayer;
import io.postern.xds.oci.layout.Candidates;
import io.postern.xds.oci.layout.Extraction;
import io.postern.xds.oci.layout.Platforms;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * From a reference to a module on disk: resolve the tag, choose the manifest, download the layer,
 * take the module out of it. Each is compared with the digest that the one before gives.
 * Thread-safe; blocks: control threads only.
 *
 * @param client closed by whoever made it
 * @param clock nanoseconds, for deadlines
 */
public record Puller(
        RegistryClient client, Endpoints endpoints, Limits limits, LongSupplier clock) {
    /** The manifest that an index leads to. */
    private record Chosen(Digest digest, Manifest.Artifact artifact) {}

    /**
     * Pulls from the first mirror that has it, or from the registry, into a new file in {@code
     * directory}.
     */
    public PullResult pull(Reference reference, Wanted wanted, Path directory)
            throws InterruptedException {
        Deadline deadline = Deadline.in(limits.total(), clock);
        Optional<OciFailure> mirrors = Optional.empty();
        List<Endpoint> all = endpoints.of(reference);
        for (Endpoint endpoint : all) {
            try {
                return new PullResult.Done(pull(endpoint, reference, wanted, directory, deadline));
            } catch (OciException e) {
                OciFailure failure = e.failure().of(reference.name());
                if (endpoint.equals(all.getLast())) {
                    return new PullResult.Failed(withMirrors(failure, mirrors));
                }
                mirrors = Optional.of(e.failure().of("mirror " + endpoint.host()));
            }
        }
        throw new IllegalStateException("bug: no endpoint for " + reference);
    }

    private static OciFailure withMirrors(OciFailure failure, Optional<OciFailure> mirrors) {
        return mirrors.map(mirror ->
                        new OciFailure(
                                failure.step(),
                                failure.what() + "; before that, " + mirror.message(),
                                failure.cure()))
                .orElse(failure);
    }

    private Pulled pull(
            Endpoint endpoint,
            Reference reference,
            Wanted wanted,
            Path directory,
            Deadline deadline)
            throws InterruptedException {
        RegistryClient.Fetched fetched =
                client.manifest(endpoint, reference.repository(), reference.target(), deadline);
        Chosen chosen = artifact(endpoint, reference.repository(), fetched, deadline);
        Path layer = fresh(directory, "layer");
        Path module = fresh(directory, "module");
        boolean done = false;
        try {
            String layout = "";
            for (Descriptor candidate : candidates(wanted, chosen.artifact())) {
                client.blob(endpoint, reference.repository(), candidate, layer, deadline);
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
            return new Pulled(
                    reference.at(fetched.digest()),
                    chosen.digest(),
                    Digest.of(module),
                    Files.size(module),
                    Text.shown(layout),
                    chosen.artifact(),
                    module,
                    endpoint.host());
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

    private Chosen artifact(
            Endpoint endpoint, String repository, RegistryClient.Fetched fetched, Deadline deadline)
            throws InterruptedException {
        return switch (fetched.read()) {
            case Manifest.Artifact artifact -> new Chosen(fetched.digest(), artifact);
            case Manifest.Index index -> {
                Digest digest = Platforms.choose(index).digest();
                var inner = client.manifest(endpoint, repository, digest.toString(), deadline);
                if (inner.read() instanceof Manifest.Artifact artifact) {
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
