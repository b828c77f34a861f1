package io.postern.xds.oci.registry;

import io.postern.xds.oci.ArtifactSource;
import io.postern.xds.oci.manifest.Descriptor;
import java.nio.file.Path;

/** A repository of a registry, or of its mirror. Thread-safe: immutable. */
public record RepositorySource(RegistryClient client, Endpoint endpoint, String repository)
        implements ArtifactSource {
    @Override
    public Document manifest(String target, Deadline deadline) throws InterruptedException {
        RegistryClient.Fetched fetched = client.manifest(endpoint, repository, target, deadline);
        return new Document(fetched.digest(), fetched.read());
    }

    @Override
    public void blob(Descriptor blob, Path into, Deadline deadline) throws InterruptedException {
        client.blob(endpoint, repository, blob, into, deadline);
    }
}
