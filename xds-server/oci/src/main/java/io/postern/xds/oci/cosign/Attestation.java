package io.postern.xds.oci.cosign;

/**
 * What somebody says about an artifact. Immutable.
 *
 * @param type its predicate type, {@code https://slsa.dev/provenance/v1} for example, or a media
 *     type
 * @param where it was found
 * @param signed whether one of the given keys signed it, about this artifact
 */
public record Attestation(String type, String where, boolean signed) {}
