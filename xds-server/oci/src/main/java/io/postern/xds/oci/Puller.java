package io.postern.xds.oci;

import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import io.postern.xds.oci.registry.RepositorySource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * From a reference to a registry to a module on disk, by the registry's mirrors. Thread-safe;
 * blocks: control threads only.
 *
 * @param client closed by whoever made it
 * @param clock nanoseconds, for deadlines
 */
public record Puller(
        RegistryClient client, Endpoints endpoints, Limits limits, LongSupplier clock) {
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
        var source = new RepositorySource(client, endpoint, reference.repository());
        Unpacked unpacked =
                new ArtifactReader(limits)
                        .read(source, reference.target(), wanted, directory, deadline);
        return new Pulled(reference.at(unpacked.root()), unpacked, endpoint.host());
    }
}
