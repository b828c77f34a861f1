package io.postern.xds.oci;

import java.nio.file.Path;
import java.util.List;

/**
 * What was pulled from a registry. Immutable; the file is the caller's.
 *
 * @param reference with the digest that its tag stood for
 * @param endpoint who had it: the registry, or its mirror
 */
public record Pulled(Reference reference, Unpacked unpacked, String endpoint) {
    /** Digests that a signature may be for. */
    public List<Digest> subjects() {
        return unpacked.subjects();
    }

    /** What the tag stood for. */
    public Digest root() {
        return unpacked.root();
    }

    /** Of the manifest with the layers. */
    public Digest artifact() {
        return unpacked.artifact();
    }

    /** Of the module itself. */
    public Digest module() {
        return unpacked.content();
    }

    /** How it was found, for people. */
    public String layout() {
        return unpacked.layout();
    }

    /** The module. */
    public Path file() {
        return unpacked.file();
    }
}
