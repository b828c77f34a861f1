package io.postern.xds.oci;

import io.postern.xds.oci.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What was pulled, checked from the manifest down. Immutable; the file is the caller's.
 *
 * @param reference with the digest that its tag stood for
 * @param artifact digest of the manifest with the layers: the same, unless that is an index
 * @param module digest of the module itself
 * @param bytes of the module
 * @param layout how it was found, for people
 * @param manifest its octets, as signed
 * @param file the module
 * @param endpoint who had it: the registry, or its mirror
 */
public record Pulled(
        Reference reference,
        Digest artifact,
        Digest module,
        long bytes,
        String layout,
        Manifest.Artifact manifest,
        Path file,
        String endpoint) {
    /** Digests that a signature may be for: of the index and of the manifest. */
    public List<Digest> subjects() {
        Digest top = root();
        return top.equals(artifact) ? List.of(top) : List.of(top, artifact);
    }

    /** What the tag stood for. */
    public Digest root() {
        return java.util.Objects.requireNonNull(reference.digest(), "resolved");
    }

    /** Of the manifest. */
    public Map<String, String> annotations() {
        return manifest.annotations();
    }
}
