package io.postern.xds.oci;

import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.registry.Deadline;
import java.nio.file.Path;

/** Where the parts of artifacts are: a repository of a registry, or a folder. Blocks. */
public interface ArtifactSource {
    /**
     * A manifest or index.
     *
     * @param digest of its octets
     */
    record Document(Digest digest, Manifest manifest) {}

    /**
     * What a tag or a digest stands for; of a digest it has been compared.
     *
     * @throws OciException when there is none, or none that can be used
     */
    Document manifest(String target, Deadline deadline) throws InterruptedException;

    /**
     * Writes a blob, compared with its digest and size, into a file; on any failure the file's
     * content is worth nothing.
     */
    void blob(Descriptor blob, Path into, Deadline deadline) throws InterruptedException;
}
