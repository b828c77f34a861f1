package io.postern.xds.oci;

import io.postern.xds.oci.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;

/**
 * A module out of its artifact, checked from the manifest down. Immutable; the file is the
 * caller's.
 *
 * @param root digest of what the reference stood for
 * @param artifact digest of the manifest with the layers: the same, unless that is an index
 * @param manifest that one
 * @param content digest of the module itself
 * @param bytes of the module
 * @param layout how it was found, for people
 * @param file the module
 */
public record Unpacked(
        Digest root,
        Digest artifact,
        Manifest.Artifact manifest,
        Digest content,
        long bytes,
        String layout,
        Path file) {
    /** Digests that a signature may be for: of the index and of the manifest. */
    public List<Digest> subjects() {
        return root.equals(artifact) ? List.of(root) : List.of(root, artifact);
    }

    /** What a document may pin, in hexadecimal. */
    public List<String> names() {
        return List.of(content.hex(), artifact.hex(), root.hex());
    }
}
